"""Reads JSON from strangers into the types that were asked for."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from resolvers.model.errors import SourceProtocolError

T = TypeVar("T")

_BOM = b"\xef\xbb\xbf"


def decode_json(source: str, content: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """What the decoder makes of the content. Raises SourceProtocolError where it is not that, or nested without end."""
    try:
        return decoder.decode(content.removeprefix(_BOM))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SourceProtocolError(source, f"unreadable JSON: {type(error).__name__}") from None
