"""Reads a reply's body, never more of it than is allowed: what counts is its size after decompression."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import httpx

from resolvers.model.errors import SourceProtocolError, SourceUnavailable
from resolvers.model.operation import UpstreamCall
from resolvers.transport.body_room import BodyPlace

_GZIP = zlib.MAX_WBITS | 16
_STEP_BYTES = 262_144
"""So much is decompressed at once, before room is asked for what follows."""


async def read_body(source: str, response: httpx.Response, limit: int, call: UpstreamCall, place: BodyPlace) -> bytes:
    """The decompressed body, as soon as its place has room for it.

    Raises SourceProtocolError past the limit or for bad gzip, SourceUnavailable if it is cut short.
    """
    headers = response.headers.raw
    declared = _told(headers, b"content-length")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(source, limit)
    inflate = _inflater(source, _told(headers, b"content-encoding"))
    parts: list[bytes] = []
    received = size = 0
    chunk = part = b""
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101  # an async engine's always is
    try:
        async for chunk in stream:
            received += len(chunk)
            call.received_bytes += len(chunk)
            for part in (chunk,) if inflate is None else _inflated(source, inflate, chunk):
                size += len(part)
                if size > limit:
                    raise _too_large(source, limit)
                await place.take(len(part))
                parts.append(part)
        if inflate is not None and received and not inflate.eof:
            raise SourceUnavailable(source, "gzip body cut short")
        return b"".join(parts)
    finally:  # where it fails, the traceback keeps what is here, and the failure lives as long as its operation
        parts.clear()
        chunk = part = b""


def _told(headers: list[tuple[bytes, bytes]], name: bytes) -> bytes:
    """A header's value, several of them with commas between; empty where there is none.

    httpx would first find out in which encoding all the headers are.
    """
    return b", ".join([value for key, value in headers if key.lower() == name])


def _inflater(source: str, encoding: bytes) -> zlib._Decompress | None:
    match encoding.strip().lower():
        case b"" | b"identity":
            return None
        case b"gzip" | b"x-gzip":
            return zlib.decompressobj(_GZIP)
    raise SourceProtocolError(source, "a content encoding that was not asked for")


def _inflated(source: str, inflate: zlib._Decompress, chunk: bytes) -> Iterator[bytes]:
    """What the chunk holds, step by step."""
    if inflate.eof and chunk:
        raise _trailing(source)
    has_more = True
    while has_more:
        try:
            part = inflate.decompress(chunk, _STEP_BYTES)
        except zlib.error as error:
            raise SourceProtocolError(source, f"gzip: {error}") from None
        if inflate.unused_data:
            raise _trailing(source)
        chunk = inflate.unconsumed_tail
        has_more = bool(chunk) or len(part) == _STEP_BYTES
        yield part


def _trailing(source: str) -> SourceProtocolError:
    return SourceProtocolError(source, "bytes after the end of the gzip body")


def _too_large(source: str, limit: int) -> SourceProtocolError:
    return SourceProtocolError(source, f"body over {limit} bytes")
