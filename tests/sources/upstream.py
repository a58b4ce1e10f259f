"""For the tests of a source: an upstream on httpx's MockTransport, an operation with time, an account, a clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from resolvers.model.customer import Account
from resolvers.model.operation import Operation
from resolvers.model.source import ListQuery
from resolvers.transport.http import HttpTransport
from resolvers.transport.retry import RetryPolicy
from resolvers.transport.settings import TransportSettings

SAMPLES = Path(__file__).parent / "samples"
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)

Answer = Callable[[httpx.Request], httpx.Response]


class Clock:
    """A time of day that a test moves."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time_passed: float) -> None:
        self.now += timedelta(**time_passed)


def transport(source: str, settings: TransportSettings, answer: Answer) -> HttpTransport:
    """A transport whose upstream is the function, and whose retries do not wait."""

    async def answer_later(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)  # so that calls made side by side are all sent before the first is answered
        return answer(request)

    retry = RetryPolicy(settings.retries, uniform=lambda low, _high: low)
    return HttpTransport(source, settings, engine=httpx.MockTransport(answer_later), retry=retry)


def operation(seconds: float = 5.0, call_budget: int = 500) -> Operation:
    """An operation with so much time left."""
    return Operation(deadline=time.monotonic() + seconds, call_budget=call_budget)


def account(source: str, key: str) -> Account:
    """An account of customer C-1."""
    return Account(id=f"id of {key}", source=source, key=key, customer_id="C-1")


def listing(of: Account) -> ListQuery:
    """The question for all of an account's list."""
    return ListQuery(account=of, fields=frozenset({"number", "total"}))
