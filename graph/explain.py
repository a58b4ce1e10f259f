"""What an operation did upstream, for those who may know: every call with its source, its fields and its outcome."""

from typing import Any

from resolvers.model.operation import Operation, UpstreamCall


def explain(operation: Operation) -> dict[str, Any]:
    """The calls in the order they were begun, and how many requests really went out."""
    return {
        "upstreamCalls": sum(1 for call in operation.calls if call.attempts),
        "calls": [_call(call) for call in operation.calls],
    }


def _call(call: UpstreamCall) -> dict[str, Any]:
    return {
        "source": call.source,
        "operation": call.operation,
        "account": call.account,
        "fields": list(call.fields),
        "ids": call.ids,
        "page": call.page,
        "outcome": call.outcome,
        "cacheStatus": call.cache_status,
        "shared": call.shared,
        "attempts": call.attempts,
        "status": call.status,
        "milliseconds": round(call.milliseconds, 1),
        "receivedBytes": call.received_bytes,
        "rows": call.rows,
    }
