"""From a wire's text to a value: nothing raises, no digit changes, and what cannot be read is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.model.currency import CURRENCY_CODES, exponent_of
from resolvers.model.invoice import InvoiceType, Note
from resolvers.model.money import Money, at_scale, money
from resolvers.model.reading import OddColumn, Reading, amounts_of, texts_of

_currencies = st.sampled_from(["EUR", "JPY", "KWD", "CLF", "XXX"])
_texts = st.none() | st.text() | st.from_regex(r"\s*[+-]?[\d.,eE]{0,45}\s*", fullmatch=True)
_numerals = st.from_regex(r"[+-]?(0|[1-9][0-9]{0,19})(\.[0-9]{1,15})?", fullmatch=True)
_readers: dict[str, Callable[[Reading, str | None], object]] = {
    "text": lambda reading, value: reading.text("path", value),
    "number": lambda reading, value: reading.number("path", value),
    "money": lambda reading, value: reading.money("path", value),
    "integer": lambda reading, value: reading.integer("path", value),
    "us_date": lambda reading, value: reading.us_date("path", value),
    "iso_date": lambda reading, value: reading.iso_date("path", value),
    "word": lambda reading, value: reading.word("path", value, {"Open": 1}, 0),
}


@pytest.mark.parametrize("reader", _readers)
@given(value=_texts, currency=_currencies)
def test_any_text_gives_a_value_or_none_with_a_note_and_raises_nothing(
    reader: str, value: str | None, currency: str
) -> None:
    reading = Reading(currency)

    read = _readers[reader](reading, value)

    is_blank = value is None or not value.strip()
    assert (read is None and not reading.notes) == is_blank
    assert all(note.path == "path" for note in reading.notes)


@given(_numerals)
def test_a_number_has_the_digits_of_its_text(text: str) -> None:
    read = Reading().number("total", f" {text}\n")

    assert read is not None
    assert format(read, "f") == text.removeprefix("+")


@given(_numerals, _currencies)
def test_an_amount_is_worth_its_text_and_has_the_decimals_of_its_currency_or_a_note(text: str, currency: str) -> None:
    reading = Reading(currency)

    read = reading.money("total", text)

    assert read is not None
    assert Fraction(read.amount) == Fraction(text)
    has_scale = read.amount.as_tuple().exponent == -exponent_of(currency)
    assert has_scale == (reading.notes == [])
    assert has_scale or reading.notes == [Note("SCALE_EXCESS", "total", None, text.removeprefix("+"))]


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("600.0000000", "USD", "600.00"),
        ("12345678901234567.89", "EUR", "12345678901234567.89"),
        ("1", "JPY", "1"),
        ("1.0", "JPY", "1"),
        ("1.5", "KWD", "1.500"),
        ("1.5", "IQD", "1.500"),
        ("100.00", "ALL", "100.00"),
        ("100.00", "LBP", "100.00"),
        ("100.50", "RSD", "100.50"),
        ("-0.005", "EUR", "-0.005"),
        ("-0.00", "EUR", "0.00"),
        ("-0", "JPY", "0"),
        ("-.00", "EUR", "0.00"),
        ("-0.0000000000000000000000", "EUR", "0.00"),
        (".5", "EUR", "0.50"),
        ("5.", "EUR", "5.00"),
        ("1e2", "EUR", "100.00"),
    ],
)
def test_an_amount_is_written_out_at_its_currencys_scale_where_that_loses_nothing(
    text: str, currency: str, amount: str
) -> None:
    read = Reading(currency).money("total", text)

    assert read is not None
    assert format(read.amount, "f") == amount
    if not text.strip("-.0"):
        assert [format(each.amount, "f") for each in amounts_of([text], currency)] == [amount]


@pytest.mark.parametrize(
    "text",
    ["1,5", "1.234,56", "1 000", "€1", "0x10", "NaN", "Infinity", "--1", "1e", "e1", "1_000", "\u0661", "1" * 41],
)
def test_what_is_no_number_is_unreadable(text: str) -> None:
    reading = Reading()

    assert reading.number("total", text) is None
    assert [(note.code, note.actual) for note in reading.notes] == [("VALUE_UNREADABLE", text)]


@pytest.mark.parametrize("text", ["1.5", "2147483648", "-2147483649", "1e15"])
def test_what_is_no_whole_number_that_graphql_can_write_is_unreadable(text: str) -> None:
    reading = Reading()

    assert reading.integer("shipment.packageCount", text) is None
    assert reading.notes == [Note("VALUE_UNREADABLE", "shipment.packageCount", None, text)]


@pytest.mark.parametrize("text", ["2147483647", "-2147483648", "3.0"])
def test_a_whole_number_that_graphql_can_write_is_read(text: str) -> None:
    assert Reading().integer("shipment.packageCount", text) == Decimal(text)


def test_a_long_text_is_quoted_in_part() -> None:
    reading = Reading()
    reading.prefix = "lines.2."

    reading.number("quantity", "x" * 1_000)

    assert reading.notes == [Note("VALUE_UNREADABLE", "lines.2.quantity", None, "x" * 100 + "…")]


@given(st.dates(min_value=date(2, 1, 1)))
def test_a_date_is_read_as_it_is_written(day: date) -> None:
    reading = Reading()

    assert reading.us_date("d", f"{day:%m}/{day:%d}/{day.year:04}") == day
    assert reading.iso_date("d", day.isoformat()) == day
    assert reading.iso_date("d", f"{day.isoformat()}T23:59:59") == day
    assert reading.notes == []


@pytest.mark.parametrize(
    "text",
    ["o1/26/2015", "13/01/2015", "02/30/2015", "01/26/15", "01/26/20155", "01/26/2015x", "+1/26/2015"],
)
def test_what_is_no_american_date_is_unparseable(text: str) -> None:
    reading = Reading()

    assert reading.us_date("d", text) is None
    assert reading.notes == [Note("DATE_UNPARSEABLE", "d", None, text)]


@pytest.mark.parametrize(
    "text",
    ["2015-02-30", "15-01-26", "20150126", "2015-01-266", "2015-1-+2", "01/26/2015", "201\u0665-01-26", "2026-W01-1"],
)
def test_what_is_no_iso_date_is_unparseable(text: str) -> None:
    reading = Reading()

    assert reading.iso_date("d", text) is None
    assert reading.notes == [Note("DATE_UNPARSEABLE", "d", None, text)]


@pytest.mark.parametrize("text", ["0001-01-01", "0001-01-01T00:00:00"])
def test_the_year_one_is_no_date(text: str) -> None:
    reading = Reading()

    assert reading.iso_date("d", text) is None
    assert reading.notes == [Note("DATE_SENTINEL", "d", None, text)]


def test_a_word_in_no_list_stands_for_the_unknown_and_is_noted() -> None:
    reading = Reading()
    words = {"Invoice": InvoiceType.INVOICE}

    assert reading.word("type", "Invoice", words, InvoiceType.UNKNOWN) is InvoiceType.INVOICE
    assert reading.word("type", "", words, InvoiceType.UNKNOWN) is None
    assert reading.word("type", "Invoce", words, InvoiceType.UNKNOWN) is InvoiceType.UNKNOWN
    assert reading.notes == [Note("VALUE_UNRECOGNISED", "type", None, "Invoce")]


@given(st.decimals(allow_nan=False, allow_infinity=False), st.sampled_from(sorted(CURRENCY_CODES)))
def test_scaling_is_exact_or_does_not_happen(amount: Decimal, currency: str) -> None:
    scaled, made = at_scale(amount, currency), money(amount, currency)

    assert scaled is None or (scaled == amount and scaled.as_tuple().exponent == -exponent_of(currency))
    assert made == Money(amount if scaled is None else scaled, currency)


def test_an_amount_beyond_all_scales_keeps_its_digits() -> None:
    assert at_scale(Decimal("1e500"), "EUR") is None
    assert money(Decimal("1e500"), "EUR") == Money(Decimal("1e500"), "EUR")
    assert money(None, "EUR") is None


def test_a_columns_texts_are_copies_so_that_nothing_of_a_reply_stays_behind() -> None:
    values = [f"2026/{number}" for number in range(3)]

    texts = texts_of([*values, "", None])

    assert texts == [*values, None, None]
    assert not {*map(id, texts)} & {*map(id, values)}


@pytest.mark.parametrize("text", [" 2026/1", "2026/1\u00a0", "2026\0/1"])
def test_a_text_with_blanks_around_it_or_a_nul_makes_a_column_odd(text: str) -> None:
    with pytest.raises(OddColumn):
        texts_of(["2026/1", text])
