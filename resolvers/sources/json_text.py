"""JSON values as the text that was sent: what a decoder was told to leave raw, digit by digit. Pure."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from resolvers.model.errors import SourceProtocolError
from resolvers.transport.json import decode_json

T = TypeVar("T")

ABSENT = msgspec.Raw(b"")
"""The default of a raw member: a key that was not there."""


def decode_exact(source: str, content: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """As `decode_json`; what the decoder leaves raw is known to be UTF-8, too. Raises SourceProtocolError."""
    try:
        content.decode()
    except UnicodeDecodeError:
        raise SourceProtocolError(source, "JSON that is not UTF-8") from None
    return decode_json(source, content, decoder)


def scalar_text(value: msgspec.Raw) -> str | None:
    """A string's content, or a number's text digit by digit; None for null and for an absent key."""
    text = str(value, "utf-8")
    if text.startswith('"'):
        return msgspec.json.decode(text, type=str)
    return None if text in ("", "null") else text
