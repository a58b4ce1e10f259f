"""How a customer is searched for: the same letters are found in either database, whatever its locale."""

from __future__ import annotations

from unicodedata import normalize

_BETWEEN_VALUES = "\x1f"


def folded(text: str) -> str:
    """The text without the difference between capital and small letters, composed and decomposed ones."""
    return normalize("NFKC", normalize("NFKC", text).casefold())


def search_text(*values: str | None) -> str:
    """What a row is found by: its values, folded. No search finds the end of one with the start of the next."""
    return _BETWEEN_VALUES.join(folded(value) for value in values if value)
