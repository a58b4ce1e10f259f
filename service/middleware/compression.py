"""Compresses large answers for those who ask. To all others they pass as they are: starlette's own holds them back."""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Message, Receive, Scope, Send

from service.request_header import request_header

_UNWANTED = re.compile(r"q=0(\.0*)?")


class Compression(GZipMiddleware):
    """Whatever is large enough to be compressed says that it depends on Accept-Encoding.

    So does a 304, of which nobody knows here how large the answer is that it stands for.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on, and compresses what comes back."""
        takes_gzip = _takes_gzip(request_header(scope, b"accept-encoding"))

        async def send_and_tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                is_plain = message["status"] == 200 and not takes_gzip and self._is_large(message)
                if is_plain or message["status"] == 304:
                    MutableHeaders(raw=message["headers"]).add_vary_header("Accept-Encoding")
            await send(message)

        if takes_gzip:
            await super().__call__(scope, receive, send_and_tell)
        else:
            await self.app(scope, receive, send_and_tell)

    def _is_large(self, start: Message) -> bool:
        """Whether an answer is long, or comes in parts: then its length is not known."""
        lengths = [value for name, value in start["headers"] if name == b"content-length"]
        return not lengths or int(lengths[0]) >= self.minimum_size


def _takes_gzip(accept_encoding: bytes) -> bool:
    """Whether a client wants gzip: RFC 9110, 12.5.3, by which `gzip;q=0` means that it does not."""
    for part in accept_encoding.decode("latin-1").split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "x-gzip"):
            return _UNWANTED.fullmatch(weight.strip()) is None
    return False
