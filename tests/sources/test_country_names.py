"""Countries by their codes and by what people write for them."""

from __future__ import annotations

import pytest

from resolvers.model.country import ALPHA_3, COUNTRY_CODES
from resolvers.sources.country_names import country_code_of


def test_every_country_has_a_code_of_two_letters_and_one_of_three() -> None:
    assert len(ALPHA_3) == len(COUNTRY_CODES) == 249
    assert {country_code_of(code.lower()) for code in COUNTRY_CODES} == COUNTRY_CODES
    assert {three: country_code_of(three) for three in ALPHA_3} == ALPHA_3


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("US", "USA; usa; U.S.; U.S.A.; United States; United States of America; The United States"),
        ("GB", "UK; U.K.; United Kingdom; Great Britain; England; Scotland; GBR"),
        ("NL", " Netherlands ; The Netherlands; NLD"),
        ("VN", "Vietnam; Viet Nam"),
        ("RU", "Russia; Russian Federation"),
        ("CZ", "Czech Republic; Czechia; Czech Rep."),
        ("CI", "Cote d'Ivoire; C\u00f4te d\u2019Ivoire; Ivory Coast"),
        ("KR", "South Korea; Republic of Korea; Korea, Republic of"),
        ("CD", "Congo (Dem. Rep.); Democratic Republic of the Congo; Congo, the Democratic Republic of the"),
        ("BA", "Bosnia and Herzegovina; Bosnia & Herzegovina; Bosnia; Bosnia-Herzegovina"),
        ("HU", "Hungary"),
        ("SG", "Singapore"),
        ("FI", "Finland"),
        ("GE", "Georgia"),
        ("AE", "UAE"),
        ("IE", "Republic of Ireland"),
        ("KN", "St. Kitts and Nevis; St Kitts & Nevis"),
        ("LC", "St. Lucia; Saint Lucia"),
        ("MM", "Burma; Myanmar (Burma)"),
        ("MO", "Macau"),
        ("NL", "Holland; Netherlands (NL); Netherlands (Holland); Netherlands (NL) "),
        ("PM", "Saint Pierre and Miquelon; St. Pierre and Miquelon"),
        ("SK", "Slovak Republic"),
        ("ST", "Sao Tome and Principe; ST"),
        ("US", "United States (USA); United States (US)"),
    ],
)
def test_a_country_is_known_by_the_names_that_people_write(code: str, names: str) -> None:
    assert {name: country_code_of(name) for name in names.split(";")} == dict.fromkeys(names.split(";"), code)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("BO", "Bolivia (Plurinational State of)"),
        ("FM", "Micronesia (Federated States of)"),
        ("GB", "the United Kingdom of Great Britain and Northern Ireland"),
        ("GS", "South Georgia and the South Sandwich Islands"),
        ("HM", "Heard Island and McDonald Islands"),
        ("IR", "Iran (Islamic Republic of)"),
        ("MF", "Saint Martin (French part)"),
        ("SH", "Saint Helena, Ascension and Tristan da Cunha"),
        ("SJ", "Svalbard and Jan Mayen"),
        ("SX", "Sint Maarten (Dutch part)"),
        ("VA", "Holy See (Vatican City State)"),
        ("VE", "Venezuela (Bolivarian Republic of)"),
        ("VE", "Venezuela, Bolivarian Republic of"),
        ("WF", "Wallis and Futuna"),
    ],
)
def test_a_country_is_known_by_the_name_of_the_standard(code: str, name: str) -> None:
    assert country_code_of(name) == code


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("BQ", "Caribbean Netherlands"),
        ("CD", "Congo - Kinshasa; Congo (Kinshasa)"),
        ("CG", "Congo - Brazzaville; Congo (Brazzaville)"),
        ("HK", "Hong Kong; Hong Kong SAR; Hong Kong SAR China"),
        ("KP", "North Korea; Korea, North"),
        ("KR", "South Korea; Korea, South; Korea (South)"),
        ("MO", "Macao; Macao SAR; Macao SAR China; Macau SAR"),
        ("PN", "Pitcairn; Pitcairn Islands"),
        ("PS", "Palestine; Palestinian Territories"),
        ("UM", "U.S. Outlying Islands; United States Minor Outlying Islands"),
    ],
)
def test_a_country_is_known_by_the_name_that_browsers_and_systems_show(code: str, names: str) -> None:
    assert {name: country_code_of(name) for name in names.split(";")} == dict.fromkeys(names.split(";"), code)


@pytest.mark.parametrize(
    "text",
    [
        "Congo (Democratic Rep.)",
        "Ireland (Northern)",
        "Samoa (American)",
        "Sudan (South)",
        "China (Hong Kong)",
        "Congo (Leopoldville)",
    ],
)
def test_what_brackets_make_another_country_of_is_not_the_one_before_them(text: str) -> None:
    assert country_code_of(text) is None


@pytest.mark.parametrize(
    "text", [None, "", " ", "Ruritania", "XX", "ZZZ", "Channel Islands", "Virgin Islands", "Korea", "()"]
)
def test_what_is_no_country_or_may_be_two_is_none(text: str | None) -> None:
    assert country_code_of(text) is None


@pytest.mark.parametrize("text", ["(" * 1_000_000, "(" * 1_000_000 + ")", "Netherlands" + " " * 1_000_000 + "(XX)"])
def test_a_text_that_is_no_name_for_its_length_is_none_at_once(text: str) -> None:
    assert country_code_of(text) is None
