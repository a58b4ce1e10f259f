"""How bytes become requests: uvicorn's protocol, with bounds on what it takes and for how long it waits.

Whoever sends too much, too slowly or nothing, asks against the rules of HTTP, or does not read its answer, is told so
where that is possible, and its connection closed. Whoever hangs up ends the work that was done for it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial
from typing import Any, Final, NoReturn, cast

import httptools
import structlog
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from service.answer_transport import AnswerTransport
from service.door import Door, last_answer
from service.length_unknown import without_chunks
from service.middleware.request_id import new_id
from service.reader_watch import ReaderWatch
from service.request_head import Refused, check_head

_PIPELINED: Final = 10
"""Requests that may wait in one connection for the answers before theirs."""

_LINGER_SECONDS: Final = 1.0
_LAST_CALL_SECONDS: Final = 1.0
"""For one more request in an idle connection when the process ends: a proxy may just be sending it."""

_OF_UPGRADE: Final = frozenset((b"connection", b"upgrade", b"http2-settings"))
_PER_HEADER: Final = len(b": \r\n")

log = structlog.get_logger(__name__)


class FrontDoor(HttpToolsProtocol):
    """One client's connection. The bounds are the `door`'s, which all connections of a process share."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        door: Door,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._door = door
        self._refused: Refused | None = None
        self._is_over = self._is_ending = False
        # Of the request that is coming in
        self._has_begun = self._has_ended = self._is_within_head = self._upgrades = False
        self._head_bytes = self._unfinished_bytes = 0
        # Of the one that is answered
        self._at_work: RequestResponseCycle | None = None
        self._work: asyncio.Task[None] | None = None
        # Of time
        self._deadline: asyncio.TimerHandle | None = None

    # A connection's life

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the library's own
        """Waits for a request, if there is room."""
        super().connection_made(transport)
        self._reader = ReaderWatch(transport, lambda: self.flow.write_paused or transport.is_closing())
        self._expect_request()
        self._door.waiting[self] = None
        if len(self.connections) > self._door.connections and not self._door.make_room(self):
            self._turn_away(Refused(503, "The gateway has too many connections. Try again in a moment."))

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends what was done for the client."""
        self._door.waiting.pop(self, None)
        self._door.unread.pop(self, None)
        self._stop_expecting()
        self._reader.end()
        self._let_go_of_work()
        super().connection_lost(exc)
        self.cycle = self._at_work = None  # type: ignore[assignment]  # before its first one, the library has none, too

    def shutdown(self) -> None:
        """Ends with the answer that is due. An idle connection has a moment for one more request."""
        self._is_ending = True
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(_LAST_CALL_SECONDS, super().shutdown)
        else:
            super().shutdown()

    def leave(self) -> None:
        """Closes a connection that has no request at work."""
        if not self.transport.is_closing():
            self.transport.close()
        self._reader.begin()

    def timeout_keep_alive_handler(self) -> None:
        """Closes a connection that has been idle for long enough."""
        self.leave()

    # What comes in

    def data_received(self, data: bytes) -> None:
        """Takes what the client sends, unless it has been turned away."""
        if self._is_over:
            return
        self._unset_keepalive_if_required()
        self._has_ended = False
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._go_on_without_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self._turn_away(self._refused or Refused(400, "The request is not valid HTTP/1.1."))
        else:
            self._unfinished_bytes += len(data) if self._is_within_head and not self._has_ended else 0
            if self._unfinished_bytes > self._door.header_bytes:
                self._turn_away(self._too_long())
            elif self._has_begun or self.cycle is None or self.cycle.response_complete:
                self._expect_request()  # what did not come in one piece, as nearly all do, shall come in time

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._has_begun, self._is_within_head, self._upgrades = True, True, False
        self._head_bytes = self._unfinished_bytes = 0
        if len(self.pipeline) >= _PIPELINED:
            self._refuse(Refused(400, "Too many requests wait in one connection."))

    def on_url(self, url: bytes) -> None:
        """A part of the address."""
        super().on_url(url)
        self._head_bytes += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header; trailers, which come after the body, are dropped."""
        if not self._is_within_head:
            return
        super().on_header(name, value.rstrip(b" \t"))  # the parser leaves them, and RFC 9110, 5.5 says they are no part
        self._head_bytes += len(name) + len(value) + _PER_HEADER
        if self._head_bytes > self._door.header_bytes or len(self.headers) > self._door.headers:
            self._refuse(self._too_long())

    def on_headers_complete(self) -> None:
        """The head is there: if it is well-formed, the application is asked."""
        self._is_within_head = False
        if self.parser.should_upgrade():
            self._upgrades = True
            return
        try:
            check_head(self.url, self.parser.get_http_version(), self.headers)
        except Refused as refused:
            self._refuse(refused)
        self._door.waiting.pop(self, None)
        super().on_headers_complete()
        if self._is_ending:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """The request is whole."""
        if not self._upgrades:
            self._has_begun, self._has_ended = False, True
            self._stop_expecting()
            super().on_message_complete()

    def _too_long(self) -> Refused:
        sentence = f"at most {self._door.headers} headers, and {self._door.header_bytes} bytes with the address"
        return Refused(431, f"The request's head is too long: {sentence}.")

    def _refuse(self, refused: Refused) -> NoReturn:
        """Ends the parsing. Raises Refused, which the parser turns into an error of its own."""
        self._refused = refused
        raise refused

    def _go_on_without_upgrade(self, rest: bytes) -> None:
        """Reads the request anew as the plain one that it also is: RFC 9110, 7.8 lets a server ignore Upgrade.

        Java's client offers h2c with every request, and the parser stops there without the body.
        """
        method = self.parser.get_method()
        if method == b"CONNECT":
            self._turn_away(Refused(405, "This is no proxy."))
            return
        head = [b"%s %s HTTP/%s\r\n" % (method, self.url, self.parser.get_http_version().encode())]
        head += [b"%s: %s\r\n" % header for header in self.headers if header[0] not in _OF_UPGRADE]
        self.parser = httptools.HttpRequestParser(self)
        if any(name == b"connection" and b"close" in value.lower() for name, value in self.headers):
            head.append(b"connection: close\r\n")
        self.data_received(b"".join([*head, b"\r\n", rest]))

    # What is done for the client, and how it ends

    def on_response_complete(self) -> None:
        """An answer is given: the next request is begun, or awaited."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._reader.begin()
        elif not self._is_at_work():
            self._door.waiting[self] = None

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._at_work = cycle
        cycle.transport = cast("asyncio.Transport", AnswerTransport(self.transport, cycle, self._part))
        watched = partial(self._until_the_client_leaves, cycle, cast("ASGIApp", app))
        super()._start_asgi_task(cycle, cast("ASGI3Application", watched))  # the same in Starlette's words

    async def _until_the_client_leaves(
        self, cycle: RequestResponseCycle, app: ASGIApp, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if cycle.disconnected:
            return
        self._work = asyncio.current_task(self.loop)
        try:
            if self.flow.write_paused:  # no answer is made while the one before it in the connection is unread
                await self.flow.drain()
            await app(scope, receive, without_chunks(cycle, send) if scope["http_version"] == "1.0" else send)
        except asyncio.CancelledError:
            if not cycle.disconnected:  # the process ends, and has waited for long enough
                log.info("request cut", reason="The process ends.")
                cycle.disconnected = True
                self.transport.close()

    def _is_at_work(self) -> bool:
        return self._at_work is not None and not self._at_work.response_complete

    def _turn_away(self, refused: Refused) -> None:
        """Says so and closes; answers that are still owed for the requests before are given first."""
        if self._is_over or self.transport.is_closing():
            return
        self._is_over = True
        self._stop_expecting()
        request_id = new_id()
        log.info("request refused", status=refused.status, reason=refused.message, request_id=request_id)
        owed = [
            cycle for cycle in (self._at_work, *(cycle for cycle, _ in reversed(self.pipeline))) if cycle is not None
        ]
        owed = [cycle for cycle in owed if not cycle.response_complete and not cycle.more_body]
        if owed:
            self.pipeline = deque(pair for pair in self.pipeline if pair[0] in owed)
            owed[-1].keep_alive = False
            self.transport.pause_reading()
            return
        has_begun = self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        if not has_begun:
            headers = self.server_state.default_headers
            self.transport.write(last_answer(refused.status, refused.message, request_id, headers))
        self._let_go_of_work()
        self._part()

    def _part(self) -> None:
        """Closes, and drops for a moment what still comes: closed at once, the system would take the answer back."""
        self._is_over = True
        self.pipeline.clear()
        self._stop_expecting()
        self.flow.resume_reading()
        self.transport.write_eof()
        self.loop.call_later(_LINGER_SECONDS, self.leave)

    def _let_go_of_work(self) -> None:
        if self._at_work is not None and not self._at_work.response_complete:
            self._at_work.disconnected = True
            if self._work is not None:
                self._work.cancel()

    # Time

    def _expect_request(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self._door.receive_seconds, self._is_too_late)

    def _stop_expecting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _is_too_late(self) -> None:
        self._deadline = None
        if self.transport.is_closing():
            return
        if self._has_begun:
            self._turn_away(Refused(408, f"The request did not come within {self._door.receive_seconds:g} seconds."))
        else:
            self.leave()

    def pause_writing(self) -> None:
        """More is written than the client reads."""
        super().pause_writing()
        self._reader.begin()
        self._door.hold(self)

    def resume_writing(self) -> None:
        """The client has caught up."""
        super().resume_writing()
        self._reader.catch_up()
        self._door.unread.pop(self, None)

    def unread_bytes(self) -> int:
        """How much of what was written the client has not read."""
        return self.transport.get_write_buffer_size()

    def give_up(self) -> None:
        """Ends a connection whose client has read for longest, for others need its memory."""
        self._reader.give_up(self.unread_bytes())
