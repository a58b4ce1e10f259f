"""How a customer is searched for: the same letters are found in either database, whatever its locale."""

from __future__ import annotations

from unicodedata import normalize

from resolvers.customers.among import storable

_BETWEEN_VALUES = "\x1f"
# No value is found by more than this, and SQLite refuses patterns beyond a length.
_LONGEST_SEARCH = 1_000


def can_be_found(search: str) -> bool:
    """Whether there may be a value with this text in it."""
    return len(search) <= _LONGEST_SEARCH and _BETWEEN_VALUES not in search and storable(search)


def folded(text: str) -> str:
    """The text without the difference between capital and small letters, composed and decomposed ones."""
    return normalize("NFKC", normalize("NFKC", text).casefold())


def search_text(*values: str | None) -> str:
    """What a row is found by: its values, folded, and between two of them what nobody can search for."""
    return _BETWEEN_VALUES.join(folded(value) for value in values if value)
