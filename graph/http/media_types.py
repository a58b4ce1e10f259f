"""Which media types an answer may have, and whether a body says that it is JSON: what GraphQL over HTTP negotiates."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

_REMEMBERED = 256
_MULTIPART = "multipart/mixed"
_UTF_8 = ("utf-8", "utf8")
_CHARSET_OF_MAIL = "charset*"  # as RFC 2231 writes one: none of HTTP's, and not read
_SPECIFICATION = "incrementalspec"
_OLDER_SPECIFICATION = "deferspec"
_OURS = "v0.2"
"""The incremental delivery of `pending`, `incremental` and `completed`, as Apollo Client names it."""

_PARAMETER = re.compile(r';\s*([^\s;="]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')  # RFC 9110, 5.6.6
_ESCAPED = re.compile(r"\\(.)")


class MediaType(StrEnum):
    """What an answer in one piece is sent as."""

    GRAPHQL_RESPONSE = "application/graphql-response+json"
    JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the client takes: an answer in one piece as this type and, for a deferred one, perhaps in parts."""

    media_type: MediaType = MediaType.JSON
    in_parts: bool = False


@lru_cache(_REMEMBERED)
def accepted(header: str) -> Accepted | None:
    """What to answer with; None where the client takes nothing that there is.

    Of what it takes equally, the type made for GraphQL comes first; but `*/*` and no header at all mean JSON, as the
    specification wants it for the sake of older clients.
    """
    ranges = [_Range.of(item) for item in header.split(",") if item.strip()]
    if not ranges:
        return Accepted()
    in_parts = any(each.is_ours_in_parts for each in ranges)
    quality = {kind: _quality(kind, ranges) for kind in MediaType}
    best = max(quality, key=lambda kind: quality[kind])
    if not any(each.name == MediaType.GRAPHQL_RESPONSE for each in ranges) and quality[MediaType.JSON]:
        best = MediaType.JSON
    if quality[best]:
        return Accepted(best, in_parts)
    return Accepted(in_parts=True) if in_parts else None


@lru_cache(_REMEMBERED)
def is_json(header: str) -> bool:
    """Whether a Content-Type says JSON in UTF-8, the one form of a body that a foreign page cannot send unasked."""
    name, parameters = _parsed(header)
    charset = parameters.get(_CHARSET_OF_MAIL) or parameters.get("charset", "utf-8")
    return name == MediaType.JSON and charset.lower() in _UTF_8


@dataclass(frozen=True, slots=True)
class _Range:
    name: str
    quality: float
    is_ours_in_parts: bool

    @classmethod
    def of(cls, item: str) -> "_Range":
        name, parameters = _parsed(item)
        try:
            quality = float(parameters.get("q", "1"))
        except ValueError:
            quality = 0.0
        quality = quality if 0 <= quality <= 1 else 0.0
        ours = parameters.get(_SPECIFICATION, _OURS) == _OURS and _OLDER_SPECIFICATION not in parameters
        return cls(name, quality, name == _MULTIPART and quality > 0 and ours)


def _quality(kind: MediaType, ranges: list[_Range]) -> float:
    """How much the client wants it, by the most exact of the ranges that name it."""
    for name in (kind, "application/*", "*/*"):
        found = [each.quality for each in ranges if each.name == name]
        if found:
            return max(found)
    return 0.0


def _parsed(item: str) -> tuple[str, dict[str, str]]:
    """The type and its parameters, names in lower case; what is no parameter is passed over."""
    name, semicolon, rest = item.partition(";")
    found = _PARAMETER.findall(semicolon + rest)
    return name.strip().lower(), {key.lower(): _unquoted(value.strip()) for key, value in found}


def _unquoted(value: str) -> str:
    return _ESCAPED.sub(r"\1", value[1:-1]) if len(value) > 1 and value[0] == value[-1] == '"' else value
