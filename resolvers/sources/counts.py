"""Numbers of rows, pages and places, as sources write them. Pure."""

from __future__ import annotations

_MOST_DIGITS = 9


def read_count(text: str | None) -> int | None:
    """The number that plain digits say; None for anything else, and for more of them than any list is long."""
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS else None
