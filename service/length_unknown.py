"""An answer whose length nobody knows beforehand, for a client of HTTP/1.0: it knows no chunks (RFC 9112, 7.1)."""

from __future__ import annotations

from starlette.types import Message, Send
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle


def without_chunks(cycle: RequestResponseCycle, send: Send) -> Send:
    """Sends such an answer as it is, and ends it by closing the connection."""
    is_unknown = False

    async def send_as_it_is(message: Message) -> None:
        nonlocal is_unknown
        if message["type"] == "http.response.start":
            is_unknown = all(name.lower() != b"content-length" for name, _ in message.get("headers", ()))
            if is_unknown:
                cycle.chunked_encoding = cycle.keep_alive = False
        elif is_unknown:
            cycle.expected_content_length = len(message.get("body", b""))  # the library counts down from it
        await send(message)

    return send_as_it_is
