"""Reads JSON from strangers into the types that were asked for."""

from __future__ import annotations

import codecs
import re
from typing import TypeVar

import msgspec

from resolvers.model.errors import SourceProtocolError

T = TypeVar("T")

_MOST_OBJECTS, _BYTES_OF_OBJECT, _LEAST_BYTES = 500_000, 32, 2
"""So many in any answer, and in a larger one as many as have so many bytes each; and as many lists. Sixteen megabytes
hold a hundred thousand of any vendor's rows; of empty objects they hold five millions and of lists within lists eight,
which take a process for seconds, up to half a minute."""
_MOST_ESCAPES = 1_000_000
"""Among which halves of characters are looked for."""

_SURROGATES = (b"\\ud", b"\\uD")
_ESCAPE = re.compile(
    rb"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\[^u]|\\u[^dD]|\\u[dD][0-7])"
    rb"|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)


def decode_json(source: str, content: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """What the decoder makes of the content, of whole characters.

    Raises SourceProtocolError where it is not that, nested without end, or of more objects or lists than anybody's.
    """
    check_objects(source, content)
    try:
        return decoder.decode(content.removeprefix(codecs.BOM_UTF8))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        whole = whole_characters(content)
        if whole != content:  # to look for halves in every answer takes longer than to decode it
            return decode_json(source, whole, decoder)
        raise SourceProtocolError(source, f"unreadable JSON: {type(error).__name__}") from None


def check_objects(source: str, content: bytes) -> None:
    """Raises SourceProtocolError where there are more objects, or more lists, than in any vendor's answer."""
    if len(content) < _LEAST_BYTES * _MOST_OBJECTS:  # to count takes a while, too
        return
    most = max(_MOST_OBJECTS, len(content) // _BYTES_OF_OBJECT)
    if max(content.count(b"{"), content.count(b"[")) > most:
        raise SourceProtocolError(source, f"JSON of more than {most} objects or lists")


def whole_characters(content: bytes) -> bytes:
    """The JSON with U+FFFD in place of each half of a character, as .NET and JavaScript write a text cut in two there.

    It stands for a letter of one text; a decoder would refuse all of the others, too. As it is where there are more
    escapes than in any vendor's answer.
    """
    if not any(sign in content for sign in _SURROGATES) or content.count(b"\\") > _MOST_ESCAPES:
        return content
    return _ESCAPE.sub(lambda escape: escape[1] or rb"\ufffd", content)
