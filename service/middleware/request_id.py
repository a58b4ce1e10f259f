"""Gives every request an id: in its answer, in every line that is logged for it, and in `scope["state"]`.

The lines have the id of the caller's trace beside it, as a `traceparent` names it (W3C Trace Context, version 00).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from secrets import token_hex

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from service.middleware.answer_head import REQUEST_ID
from service.request_header import request_header

_RAW_HEADER = REQUEST_ID.encode()
_BYTES = 16
_TRACE = re.compile(rb"00-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}", re.ASCII)
_SANE = re.compile(rb"[A-Za-z0-9._-]{8,64}")


def new_id() -> str:
    """An id that nobody else has."""
    return token_hex(_BYTES)


class RequestId:
    """Takes the caller's X-Request-ID if it is 8 to 64 letters, digits and ._- characters, else a new one."""

    def __init__(self, app: ASGIApp, new_id: Callable[[], str] = new_id) -> None:
        self.app = app
        self.new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on under the id."""
        given = request_header(scope, _RAW_HEADER)
        request_id = given.decode() if _SANE.fullmatch(given) else self.new_id()
        scope.setdefault("state", {})["request_id"] = request_id
        known = {"request_id": request_id}
        if trace := _TRACE.fullmatch(request_header(scope, b"traceparent")):
            known["trace_id"] = trace[1].decode()
        before = structlog.contextvars.bind_contextvars(**known)
        try:
            await self.app(scope, receive, send)
        finally:
            structlog.contextvars.reset_contextvars(**before)
