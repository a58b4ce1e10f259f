"""Compresses large answers for those who ask. To all others they pass as they are: starlette's own holds them back."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Message, Receive, Scope, Send

from service.request_header import request_header


class Compression(GZipMiddleware):
    """Whatever is large enough to be compressed says that it depends on Accept-Encoding."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on, and compresses what comes back."""
        if b"gzip" in request_header(scope, b"accept-encoding"):
            await super().__call__(scope, receive, send)
            return

        async def send_and_tell(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200 and self._is_large(message):
                MutableHeaders(raw=message["headers"]).add_vary_header("Accept-Encoding")
            await send(message)

        await self.app(scope, receive, send_and_tell)

    def _is_large(self, start: Message) -> bool:
        """Whether an answer is long, or comes in parts: then its length is not known."""
        lengths = [value for name, value in start["headers"] if name == b"content-length"]
        return not lengths or int(lengths[0]) >= self.minimum_size
