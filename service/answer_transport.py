"""What an answer is written to: the connection, with fewer writes, and a gentle end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import proxy

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle


class AnswerTransport:
    """A transport that sends an answer's head together with its body, where the body's length is known.

    It is closed by parting where the answer ends the connection before its request has ended: closed at once, the
    system would take the answer back.
    """

    def __init__(self, transport: asyncio.Transport, cycle: RequestResponseCycle, part: Callable[[], None]) -> None:
        self.is_closing = transport.is_closing
        self._transport, self._cycle, self._part = transport, proxy(cycle), part  # which holds this one
        self._head = b""
        self._has_begun = False

    def write(self, data: bytes) -> None:
        """Sends it; a head that a body follows waits for the first piece of it."""
        is_head, self._has_begun = not self._has_begun, self._cycle.response_started
        if self._head:
            self._transport.writelines((self._head, data))
            self._head = b""
        elif is_head and self._cycle.expected_content_length and self._cycle.scope["method"] != "HEAD":
            self._head = data
        else:
            self._transport.write(data)

    def close(self) -> None:
        """Parts while the request still comes in, and closes once it is whole."""
        if self._head:  # of an answer that broke off
            self._transport.write(self._head)
        if self._cycle.more_body and not self._transport.is_closing():
            self._part()
        else:
            self._transport.close()
