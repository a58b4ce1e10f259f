"""How a street is written in its country. Pure."""

from __future__ import annotations

_STREETS_BY_NUMBER = "AU BB BS CA FR GB GH HK IE IL IN JM KE LK LU MC MT MY NG NZ PH PK SG TH TT US ZA ZW"
_NUMBER_FIRST = frozenset(_STREETS_BY_NUMBER.split())


def street_of(name: str | None, number: str | None, country_code: str | None) -> str | None:
    """The street with the house's number where the country puts it; before the name where the country is unknown."""
    is_first = country_code is None or country_code in _NUMBER_FIRST
    return " ".join(part for part in ((number, name) if is_first else (name, number)) if part) or None
