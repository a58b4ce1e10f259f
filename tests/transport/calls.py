"""What every test of the transport needs: a transport that waits for nothing, an operation with time, a call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx

from resolvers.model.operation import Operation, UpstreamCall
from resolvers.transport.http import HttpTransport
from resolvers.transport.messages import UpstreamRequest
from resolvers.transport.retry import RetryPolicy
from resolvers.transport.settings import TransportSettings

GET = UpstreamRequest(method="GET", path="invoices")
POST_READ = UpstreamRequest(method="POST", path="invoices", content=b"{}")
WRITE = UpstreamRequest(method="POST", path="invoices", content=b"{}", is_read=False)


def operation(seconds: float = 5.0, clock: Callable[[], float] = time.monotonic) -> Operation:
    """An operation with so much time left."""
    return Operation(deadline=clock() + seconds, clock=clock)


def call() -> UpstreamCall:
    """A call to be filled."""
    return UpstreamCall(source="shop", operation="Invoices")


def at_once(retries: int = 2) -> RetryPolicy:
    """Retries without a wait of our own."""
    return RetryPolicy(retries, uniform=lambda low, _high: low)


def transport(
    engine: httpx.AsyncBaseTransport | None, base_url: str = "http://shop.test/api", **settings: Any
) -> HttpTransport:
    """A transport to the source `shop`."""
    made = TransportSettings(base_url=base_url, **settings)
    return HttpTransport("shop", made, engine=engine, retry=at_once(made.retries))


class Scripted(httpx.AsyncBaseTransport):
    """An engine that answers as told, one step a request, the last one again and again."""

    def __init__(self, *steps: httpx.Response | Exception) -> None:
        self.steps = list(steps)
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The next step's response, or its error."""
        self.requests.append(request)
        await asyncio.sleep(0)
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, Exception):
            raise step
        return httpx.Response(step.status_code, headers=step.headers, content=step.content)
