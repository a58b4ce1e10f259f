"""An answer that ends its connection before its request has ended: closed at once, the system would take it back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import proxy

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle


class Parting:
    """A transport that is closed by parting, where an answer ends the connection before its request has ended."""

    def __init__(self, transport: asyncio.Transport, cycle: RequestResponseCycle, part: Callable[[], None]) -> None:
        self.write, self.is_closing = transport.write, transport.is_closing
        self._transport, self._cycle, self._part = transport, proxy(cycle), part  # which holds this one

    def close(self) -> None:
        """Parts while the request still comes in, and closes once it is whole."""
        if self._cycle.more_body and not self._transport.is_closing():
            self._part()
        else:
            self._transport.close()
