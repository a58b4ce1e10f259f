"""Reads a reply's body, never more of it than is allowed: what counts is its size after decompression."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable

import httpx

from resolvers.model.errors import SourceProtocolError, SourceUnavailable
from resolvers.model.operation import UpstreamCall

_GZIP = zlib.MAX_WBITS | 16


async def read_body(source: str, response: httpx.Response, limit: int, call: UpstreamCall) -> bytes:
    """The decompressed body. Raises SourceProtocolError past the limit or for bad gzip, SourceUnavailable if cut."""
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise SourceProtocolError(source, f"body over {limit} bytes")
    inflate = _inflater(source, response.headers.get("content-encoding", ""))
    received, size, parts = 0, 0, list[bytes]()
    stream = response.stream
    assert isinstance(stream, AsyncIterable)  # noqa: S101  # an async engine's always is
    async for chunk in stream:
        received += len(chunk)
        call.received_bytes += len(chunk)
        part = chunk if inflate is None else _inflated(source, inflate, chunk, limit - size + 1)
        size += len(part)
        if size > limit:
            raise SourceProtocolError(source, f"body over {limit} bytes")
        parts.append(part)
    if inflate is not None and received and not inflate.eof:
        raise SourceUnavailable(source, "gzip body cut short")
    return b"".join(parts)


def _inflater(source: str, encoding: str) -> zlib._Decompress | None:
    match encoding.strip().lower():
        case "" | "identity":
            return None
        case "gzip" | "x-gzip":
            return zlib.decompressobj(_GZIP)
    raise SourceProtocolError(source, "a content encoding that was not asked for")


def _inflated(source: str, inflate: zlib._Decompress, chunk: bytes, room: int) -> bytes:
    if inflate.eof and chunk:
        raise _trailing(source)
    try:
        part = inflate.decompress(chunk, room)
    except zlib.error as error:
        raise SourceProtocolError(source, f"gzip: {error}") from None
    if inflate.unused_data:
        raise _trailing(source)
    return part


def _trailing(source: str) -> SourceProtocolError:
    return SourceProtocolError(source, "bytes after the end of the gzip body")
