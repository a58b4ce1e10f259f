"""JSON values as the text that was sent: what a decoder was told to leave raw, digit by digit. Pure."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec

from resolvers.model.errors import SourceProtocolError
from resolvers.transport.json import check_objects, decode_json

T = TypeVar("T")

_MOST_MEMBERS = 1_000
"""Of one object: no vendor documents a tenth of them, and a few megabytes of others take a process for seconds."""

Members = dict[str, msgspec.Raw]
"""An object's members, as they were sent."""

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
    """Raises SourceProtocolError where an object has two members of one name, or more than any vendor's has.

    Decoders keep the last of them and lose the other in silence, be it an amount or a whole list.
    """
    check_objects(source, content)
    # Then one of the objects has too many, and nothing need be made of them to tell.
    if content.count(b'":') > _MOST_MEMBERS * content.count(b"{"):
        raise SourceProtocolError(source, f"an object of more than {_MOST_MEMBERS} members")
    try:
        json.loads(content.decode("utf-8-sig"), parse_int=str, parse_float=str, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise SourceProtocolError(source, f"unreadable JSON, or a name too many: {type(error).__name__}") from None


def scalar_text(value: msgspec.Raw) -> str | None:
    """A string's content, or a number's text digit by digit; None for null and for an absent key."""
    text = str(value, "utf-8")
    if text.startswith('"'):
        return msgspec.json.decode(text, type=str)
    return None if text in ("", "null") else text


def folded(source: str, members: Members) -> Members:
    """The members by their names in small letters, as servers of .NET take any.

    Raises SourceProtocolError for two of a name, and for more than any vendor's object has.
    """
    if len(members) > _MOST_MEMBERS:
        raise SourceProtocolError(source, f"an object of more than {_MOST_MEMBERS} members")
    small = {name.lower(): value for name, value in members.items()}
    if len(small) != len(members):
        raise SourceProtocolError(source, "two members differ in the case of their names alone")
    return small


def member_text(source: str, members: Members, name: str) -> str | None:
    """A member's text as `scalar_text` gives it. Raises SourceProtocolError for an object and an array."""
    value = members.get(name, ABSENT)
    if bytes(value)[:1] in (b"{", b"["):
        raise SourceProtocolError(source, f"{name} is nested")
    return scalar_text(value)


def _once(members: list[tuple[str, Any]]) -> None:
    if len(members) > _MOST_MEMBERS or len(dict(members)) != len(members):
        raise ValueError("a member that is there twice, or too many")
