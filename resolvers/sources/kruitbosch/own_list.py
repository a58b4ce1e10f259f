"""The list that one login sees of itself: one call for all accounts that ask while it is under way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from resolvers.model.errors import SourceTimeout
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.sources.kruitbosch.wire import Listing, OutstandingInvoice

Fetch = Callable[[UpstreamCall, Operation], Awaitable[Listing[OutstandingInvoice]]]


class OwnList:
    """Shares one `fetch` among those who wait for it. It is a task of its own, and outlives who began it."""

    def __init__(self, source: str, fetch: Fetch, timeout_seconds: float) -> None:
        self._source = source
        self._fetch = fetch
        self._timeout_seconds = timeout_seconds
        self._running: asyncio.Task[Listing[OutstandingInvoice]] | None = None

    async def get(self, call: UpstreamCall, operation: Operation) -> Listing[OutstandingInvoice]:
        """The whole list, of a call of this caller's own or a shared one. Raises SourceError."""
        running = self._running
        if running is None:
            least = operation.clock() + self._timeout_seconds
            patient = replace(operation, deadline=max(operation.deadline, least))
            running = self._running = asyncio.ensure_future(self._fetched(call, patient))
            running.add_done_callback(self._forget)
        else:
            call.shared = True
        await asyncio.wait({running}, timeout=operation.remaining_seconds())
        if not running.done():
            raise SourceTimeout(self._source, "no answer before the operation's deadline")
        return running.result()

    async def aclose(self) -> None:
        """Ends a call under way."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def _fetched(self, call: UpstreamCall, operation: Operation) -> Listing[OutstandingInvoice]:
        return await self._fetch(call, operation)

    def _forget(self, ended: asyncio.Future[Listing[OutstandingInvoice]]) -> None:
        self._running = None
        if not ended.cancelled():
            ended.exception()  # seen, even if nobody waits any more
