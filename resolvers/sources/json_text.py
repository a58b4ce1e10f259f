"""JSON values as the text that was sent: what a decoder was told to leave raw, digit by digit. Pure."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec

from resolvers.model.errors import SourceProtocolError
from resolvers.transport.json import decode_json, whole_characters

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


def check_names_once(source: str, content: bytes) -> None:
    """Raises SourceProtocolError where an object has two members of one name.

    Decoders keep the last of them and lose the other in silence, be it an amount or a whole list.
    """
    try:
        json.loads(content.decode("utf-8-sig"), parse_int=str, parse_float=str, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise SourceProtocolError(source, f"unreadable JSON, or a name twice: {type(error).__name__}") from None


def scalar_text(value: msgspec.Raw) -> str | None:
    """A string's content, or a number's text digit by digit; None for null and for an absent key."""
    text = str(value, "utf-8")
    if text.startswith('"'):
        return msgspec.json.decode(whole_characters(text.encode()), type=str)
    return None if text in ("", "null") else text


def _once(members: list[tuple[str, Any]]) -> None:
    if len(dict(members)) != len(members):
        raise ValueError("a member that is there twice")
