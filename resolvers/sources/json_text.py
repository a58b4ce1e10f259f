"""JSON values as the text that was sent: what a decoder was told to leave raw, digit by digit. Pure."""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

import msgspec

from resolvers.model.errors import SourceProtocolError
from resolvers.transport.json import decode_json

T = TypeVar("T")

ABSENT = msgspec.Raw(b"")
"""The default of a raw member: a key that was not there."""

_SURROGATES = (b"\\ud", b"\\uD")
_ESCAPE = re.compile(
    rb"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\[^u]|\\u[^dD]|\\u[dD][0-7])"
    rb"|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)


def decode_exact(source: str, content: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """As `decode_json`, of whole characters; what the decoder leaves raw is known to be UTF-8, too.

    Raises SourceProtocolError.
    """
    try:
        content.decode()
    except UnicodeDecodeError:
        raise SourceProtocolError(source, "JSON that is not UTF-8") from None
    return decode_json(source, whole_characters(content), decoder)


def whole_characters(content: bytes) -> bytes:
    """The JSON with U+FFFD in place of each half of a character, as .NET and JavaScript write a text cut in two there.

    It stands for a letter of one text; a decoder would refuse all of the others, too.
    """
    if not any(sign in content for sign in _SURROGATES):
        return content
    return _ESCAPE.sub(lambda escape: escape[1] or rb"\ufffd", content)


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
        return msgspec.json.decode(text, type=str)
    return None if text in ("", "null") else text


def _once(members: list[tuple[str, Any]]) -> None:
    if len(dict(members)) != len(members):
        raise ValueError("a member that is there twice")
