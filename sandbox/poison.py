"""Bodies made to hurt whoever reads them: too deep, too long a number, bytes that are no text, entities without end."""

from __future__ import annotations

import re

_AMOUNT = re.compile(rb"(?<![\w.\"-])-?\d+\.\d\d(?!\d)")
_QUOTED_AMOUNT = re.compile(rb"(?<=[\">])-?\d+\.\d{2,4}(?=[\"<])")
_LETTERS = re.compile(rb"[a-z]{3}")
_DEPTH = 10_000
_DIGITS = 100_000
_ENTITIES = b"".join(b'<!ENTITY e%d "%s">' % (level, b"&e%d;" % (level - 1) * 10) for level in range(1, 10))


def nested(body: bytes) -> bytes:
    """As deep as no parser should follow, in the body's own kind of text."""
    if body.lstrip().startswith(b"<"):
        return b"<a>" * _DEPTH + b"</a>" * _DEPTH
    return b"[" * _DEPTH + b"]" * _DEPTH


def endless_numbers(body: bytes) -> bytes:
    """Every amount with as many digits as no amount has; in JSON, where it is a number, with an exponent."""
    longer = _QUOTED_AMOUNT.sub(b"9" * _DIGITS, body, count=50)
    return _AMOUNT.sub(b"1e999999999", longer)


def no_text(body: bytes) -> bytes:
    """A byte that no encoding of the vendors' has there, in the middle of a word in the middle."""
    words = list(_LETTERS.finditer(body))
    if not words:
        return b"\xff" + body
    place = words[len(words) // 2].start() + 1
    return body[:place] + b"\xff" + body[place + 1 :]


def with_entities(body: bytes) -> bytes:
    """A billion laughs, and the body behind them."""
    return b'<!DOCTYPE laughs [<!ENTITY e0 "ha">' + _ENTITIES + b"]><laughs>&e9;</laughs>" + body
