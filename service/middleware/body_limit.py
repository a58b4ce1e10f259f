"""Refuses bodies over `server.max_body_bytes`: by what they declare, and by what really comes.

Starlette's own limit answers in plain text.
"""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.request_header import request_header


class BodyLimit:
    """Raises HTTPException 413, for the application's handler to answer. Nothing past the limit is read."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on, with every byte of the body counted."""
        declared = request_header(scope, b"content-length")
        if declared.isdigit() and int(declared) > self.max_bytes:
            raise self._too_large()
        received = 0

        async def receive_and_count() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.max_bytes:
                raise self._too_large()
            return message

        await self.app(scope, receive_and_count, send)

    def _too_large(self) -> HTTPException:
        # Closed, or the rest of the body would have to be read to find the next request.
        sentence = f"The request's body is larger than {self.max_bytes} bytes."
        return HTTPException(413, sentence, headers={"connection": "close"})
