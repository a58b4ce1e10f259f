"""The way to seansworld's documents: one call for one number, and the three ways to say that there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from resolvers.model.operation import Operation, UpstreamCall
from resolvers.sources.seansworld.settings import SeansworldSettings
from resolvers.transport.http import HttpTransport
from resolvers.transport.messages import UpstreamRequest

T = TypeVar("T")


class Documents:
    """Fetches documents as the configuration says."""

    def __init__(self, settings: SeansworldSettings, transport: HttpTransport) -> None:
        self._settings = settings
        self._transport = transport

    async def fetch(
        self,
        path: str,
        query: dict[str, str],
        call: UpstreamCall,
        operation: Operation,
        read: Callable[[bytes], T | None],
    ) -> T | None:
        """What `read` makes of the document; None where there is none: status 404, or what `read` takes for that.

        Raises SourceError and CallBudgetExceeded.
        """
        operation.begin(call)
        request = UpstreamRequest(
            method="GET",
            path=path,
            headers={"Accept": "application/xml, text/xml"} | self._settings.authentication.headers(),
            query=query,
            accept=frozenset({200, 204, 404}),
        )
        found = await self._transport.fetch(
            request, call, operation, lambda reply: None if reply.status == 404 else read(reply.content)
        )
        call.rows = 0 if found is None else 1
        return found
