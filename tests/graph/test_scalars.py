"""Our scalars, as arguments and in answers: texts that lose nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from graphql import GraphQLError, GraphQLScalarType, parse_value
from hypothesis import given
from hypothesis import strategies as st

from graph.schema import build_schema
from resolvers.model.currency import CURRENCY_CODES
from tests.graph.asking import ask, codes
from tests.lists.bench import bench_of
from tests.lists.shelf import Shelf, account_at, euros, invoice_of


def scalar(name: str) -> GraphQLScalarType:
    """A scalar of the schema."""
    found = build_schema()._schema.type_map[name]
    assert isinstance(found, GraphQLScalarType)
    return found


DECIMAL, CURRENCY_CODE = scalar("Decimal"), scalar("CurrencyCode")

_decimals = st.from_regex(r"-?\d{1,30}(\.\d{1,30})?", fullmatch=True).filter(str.isascii)


@given(_decimals)
def test_a_decimal_is_taken_from_its_text_and_written_as_it_was(text: str) -> None:
    value, literal = DECIMAL.parse_value(text), DECIMAL.parse_literal(parse_value(f'"{text}"'))

    assert value == literal == Decimal(text)
    assert DECIMAL.serialize(Decimal(1) * value) == DECIMAL.serialize(Decimal(1) * literal)
    assert Decimal(DECIMAL.serialize(value)) == value


@pytest.mark.parametrize("amount", ["12345678901234567.89", "0.00", "-0.010", "1000000000000000000000"])
def test_a_decimal_keeps_all_its_digits_on_its_way_out(amount: str) -> None:
    assert DECIMAL.serialize(Decimal(amount)) == amount


def test_a_decimal_is_never_written_with_an_exponent() -> None:
    assert DECIMAL.serialize(Decimal("1E+5")) == "100000"
    assert DECIMAL.serialize(Decimal("1E-9")) == "0.000000001"


@pytest.mark.parametrize(
    "value",
    [1.5, 1.0, True, None, "", " 1", "1\n", "+1", ".5", "1e5", "1,5", "NaN", "0x1", "1" * 31, 10**30, [], {}],
)
def test_what_is_no_plain_decimal_is_refused(value: object) -> None:
    with pytest.raises(GraphQLError, match="A Decimal is written as a string"):
        DECIMAL.parse_value(value)


@pytest.mark.parametrize("literal", ["1.5", "1e3", "true", "null", "EUR", "[1]", "{}", '"1e5"', "9" * 5_000])
def test_a_literal_that_is_no_plain_decimal_is_refused(literal: str) -> None:
    with pytest.raises(GraphQLError, match="A Decimal is written as a string"):
        DECIMAL.parse_literal(parse_value(literal))


def test_a_whole_number_is_a_decimal() -> None:
    assert DECIMAL.parse_literal(parse_value("-12")) == DECIMAL.parse_value(-12) == Decimal(-12)


def test_a_currency_code_is_one_of_the_standards() -> None:
    assert all(CURRENCY_CODE.parse_value(code) == code for code in [*CURRENCY_CODES, "XXX"])
    for other in ("eur", "EURO", "", "ZZZ", 978, None):
        with pytest.raises(GraphQLError, match="ISO 4217"):
            CURRENCY_CODE.parse_value(other)


def test_a_code_may_be_written_without_its_quotes() -> None:
    assert CURRENCY_CODE.parse_literal(parse_value("JPY")) == CURRENCY_CODE.parse_literal(parse_value('"JPY"')) == "JPY"


async def test_an_amount_goes_all_the_way_through_as_text() -> None:
    account = account_at("shop", "1")
    row = invoice_of(account, "0070145", date(2026, 1, 1), total=euros("12345678901234567.89"))
    bench = bench_of(Shelf("shop", books={"1": [row]}))
    bench.register.all_accounts = [account]

    answer = await ask(bench, '{ customer(id: "C-1") { invoices { nodes { number total { amount currencyCode } } } } }')

    assert answer["data"]["customer"]["invoices"]["nodes"] == [
        {"number": "0070145", "total": {"amount": "12345678901234567.89", "currencyCode": "EUR"}}
    ]


@pytest.mark.parametrize(
    ("least", "code"), [(1.5, "BAD_USER_INPUT"), ("1e5", "BAD_USER_INPUT"), (True, "BAD_USER_INPUT")]
)
async def test_a_variable_that_is_no_decimal_is_the_callers_mistake(least: object, code: str) -> None:
    query = """
        query ($least: Decimal) { customer(id: "C-1") { invoices(filter: {amountDue: {min: $least}}) { totalCount } } }
    """

    answer = await ask(bench_of(), query, {"least": least})

    assert codes(answer) == ["BAD_USER_INPUT"]
    assert "A Decimal is written as a string" in answer["errors"][0]["message"]


@pytest.mark.parametrize("value", ["20260701", "2026-W27-3", "2026-7-1", "2026-02-30", "2026-07-01T00:00:00", 20260701])
def test_what_is_no_plain_day_is_refused(value: object) -> None:
    with pytest.raises(GraphQLError):
        scalar("Date").coerce_input_value(value)


def test_a_day_is_read_and_written_alike() -> None:
    day = scalar("Date")

    assert day.coerce_output_value(day.coerce_input_value("2026-07-01")) == "2026-07-01"


@pytest.mark.parametrize("literals", [('"2026-7-1"', '"x"'), ("20260701", "[1]"), ("9" * 5_000, "JULY")])
async def test_what_cannot_be_read_is_told_with_its_place(literals: tuple[str, str]) -> None:
    dates = [f"{name}: {{from: {literal}}}" for name, literal in zip(("issueDate", "dueDate"), literals, strict=True)]
    query = f"{{ customers {{ nodes {{\ninvoices(filter: {{{' '.join(dates)}}}) {{ totalCount }} }} }} }}"

    answer = await ask(bench_of(), query)

    place = query.partition("\n")[2].index
    assert [error["locations"] for error in answer["errors"]] == [
        [{"line": 2, "column": place(f"from: {literal}") + 7}] for literal in literals
    ]


@pytest.mark.parametrize("name", ["Date", "DateTime", "Decimal", "CurrencyCode", "CountryCode", "URL"])
def test_an_error_of_a_literal_knows_the_literal(name: str) -> None:
    literal = parse_value("[true]")

    with pytest.raises(GraphQLError) as refused:
        scalar(name).parse_literal(literal)

    assert refused.value.nodes == [literal]
