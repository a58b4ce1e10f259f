"""The list that one login sees of itself: one call for all accounts that ask while it is under way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from resolvers.model.errors import SourceTimeout
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.sources.kruitbosch.wire import Listing, OutstandingInvoice
from resolvers.transport.turn import is_done

Fetch = Callable[[UpstreamCall, Operation], Coroutine[Any, Any, Listing[OutstandingInvoice]]]


@dataclass(slots=True, eq=False)
class _Run:
    task: asyncio.Task[Listing[OutstandingInvoice]]
    waiters: int = 0


class OwnList:
    """Shares one `fetch` among those who wait for it. It outlives who began it, and ends with the last who waits."""

    def __init__(self, source: str, fetch: Fetch, timeout_seconds: float) -> None:
        self._source = source
        self._fetch = fetch
        self._timeout_seconds = timeout_seconds
        self._running: _Run | None = None

    async def get(self, call: UpstreamCall, operation: Operation) -> Listing[OutstandingInvoice]:
        """The whole list, of a call of this caller's own or a shared one. Raises SourceError."""
        running = self._running
        if running is None:
            running = self._begun(call, operation)
        else:
            call.shared = True
        running.waiters += 1
        try:
            await is_done(running.task, operation)
        finally:
            running.waiters -= 1
            if not running.waiters and not running.task.done():
                self._clear(running)
                running.task.cancel()
        if not running.task.done():
            raise SourceTimeout(self._source, "no answer before the operation's deadline")
        return running.task.result()

    async def aclose(self) -> None:
        """Ends a call under way."""
        if self._running is not None:
            self._running.task.cancel()
            await asyncio.gather(self._running.task, return_exceptions=True)

    def _begun(self, call: UpstreamCall, operation: Operation) -> _Run:
        least = operation.clock() + self._timeout_seconds
        patient = replace(operation, deadline=max(operation.deadline, least))
        running = self._running = _Run(asyncio.create_task(self._fetch(call, patient)))

        def landed(task: asyncio.Task[Listing[OutstandingInvoice]]) -> None:
            self._clear(running)
            if not task.cancelled():
                task.exception()  # seen, even if nobody waits any more

        running.task.add_done_callback(landed)
        return running

    def _clear(self, running: _Run) -> None:
        if self._running is running:
            self._running = None
