"""Counts requests by door and status, how long each took, and how many are at work: the half of /metrics in front."""

from __future__ import annotations

from functools import cache
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Receive, Scope, Send

from service.middleware.answer_head import answered_status

_DOORS = frozenset(("graphql", "documents", "healthz", "readyz", "metrics"))
_OTHER = "other"
_GONE = "none"
"""The status of a request whose client left before an answer."""
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class RequestMetrics:
    """Labels are of a few words each, whatever is asked: a door is where an address begins, or `other`."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self.app = app
        requests = Counter(
            "invoice_graph_requests",
            "Requests answered; status none where the client left first",
            ("door", "status"),
            registry=registry,
        )
        seconds = Histogram(
            "invoice_graph_request_seconds", "How long requests took", ("door",), buckets=_SECONDS, registry=registry
        )
        self._requests, self._seconds = cache(requests.labels), cache(seconds.labels)
        self._at_work = 0
        at_work = Gauge("invoice_graph_requests_at_work", "Requests being answered now", registry=registry)
        at_work.set_function(lambda: self._at_work)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on, and counts when all is said."""
        started = perf_counter()
        self._at_work += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._at_work -= 1
            door = _door(str(scope["path"]))
            self._requests(door, answered_status(scope) or _GONE).inc()
            self._seconds(door).observe(perf_counter() - started)


def _door(path: str) -> str:
    first = path.removeprefix("/").partition("/")[0]
    return first if first in _DOORS else _OTHER
