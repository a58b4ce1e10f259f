"""`extensions.explain`: what an operation was to call and what it called, for those who may know."""

import time
from typing import Any

from graph.explain.rehearsal import Rehearsal
from resolvers.model.operation import Operation, UpstreamCall


def report(operation: Operation, plan: Rehearsal | None) -> dict[str, Any]:
    """The plan (None: nothing can be said before, as with a write) and the calls in the order they were begun.

    `upstreamCalls` of them went out; of these, `unplannedCalls` are no part of any plan: logins, a shop's settings.
    """
    sent = [call for call in operation.calls if call.attempts]
    return {
        "plannedCalls": None if plan is None else _planned_calls(plan),
        "upstreamCalls": len(sent),
        "unplannedCalls": sum(1 for call in sent if not call.is_planned),
        "callBudget": operation.call_budget,
        "milliseconds": round((time.monotonic() - operation.begun_at) * 1_000, 1),
        "plan": None if plan is None else [_expected(call) for call in plan.operation.calls],
        "calls": [_made(call, operation) for call in operation.calls],
    }


def _planned_calls(plan: Rehearsal) -> int:
    return sum(1 for call in plan.operation.calls if call.attempts)


def _expected(call: UpstreamCall) -> dict[str, Any]:
    """`rows` as they were lately; None where nobody knows."""
    return {**_asked(call), "cacheStatus": call.cache_status, "rows": call.rows}


def _made(call: UpstreamCall, operation: Operation) -> dict[str, Any]:
    return {
        **_asked(call),
        "planned": call.is_planned,
        "outcome": call.outcome,
        "cacheStatus": call.cache_status,
        "shared": call.shared,
        "attempts": call.attempts,
        "status": call.status,
        "startMilliseconds": round(max(0.0, call.begun_at - operation.begun_at) * 1_000, 1),
        "milliseconds": round(call.milliseconds, 1),
        "receivedBytes": call.received_bytes,
        "rows": call.rows,
    }


def _asked(call: UpstreamCall) -> dict[str, Any]:
    return {
        "source": call.source,
        "operation": call.operation,
        "account": call.account,
        "fields": list(call.fields),
        "ids": call.ids,
        "page": call.page,
    }
