"""Lines in a table are the lines that they stand for."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from resolvers.model.invoice import InvoiceLine, LineTax, Weight
from resolvers.model.line_table import Kind, LineTable, TableLines
from resolvers.model.money import Money, TaxedMoney

TABLE = LineTable(
    "EUR",
    {
        "sku": ["A", "B", "C"],
        "note": [None, "soon", None],
        "quantity": ["1", "2.50", "-3"],
        "total.gross.amount": ["1.22", "3.05", "-3.66"],
        "weight.value": ["0.1", "0.2", "0.3"],
    },
    {
        "position": Kind.POSITION,
        "sku": Kind.TEXT,
        "note": Kind.TEXT_OR_NONE,
        "quantity": Kind.NUMBER,
        "total": Kind.PART,
        "total.gross": Kind.PART,
        "total.gross.amount": Kind.NUMBER,
        "total.gross.currency_code": Kind.CURRENCY,
        "tax": Kind.PART,
        "weight": Kind.PART,
        "weight.value": Kind.NUMBER,
    },
)


def line(position: int, sku: str, note: str | None, quantity: str, gross: str, weight: str) -> InvoiceLine:
    """One of the table's lines, as an object."""
    return InvoiceLine(
        position,
        sku=sku,
        quantity=Decimal(quantity),
        total=TaxedMoney(gross=Money(Decimal(gross), "EUR")),
        tax=LineTax(),
        weight=Weight(Decimal(weight)),
        note=note,
    )


SECOND, THIRD = line(1, "B", "soon", "2.50", "3.05", "0.2"), line(2, "C", None, "-3", "-3.66", "0.3")


def test_the_lines_of_an_invoice_count_from_1_and_are_made_once() -> None:
    lines = TableLines(TABLE, 1, 3)

    assert [*lines] == [SECOND, THIRD]
    assert (len(lines), lines[-1], lines[:1]) == (2, THIRD, [SECOND])
    assert lines[0] is lines[0]


def test_they_are_equal_to_a_list_of_the_same_and_to_each_other() -> None:
    lines = TableLines(TABLE, 1, 3)

    assert lines == [SECOND, THIRD] == lines
    assert lines == TableLines(TABLE, 1, 3)
    assert lines != TableLines(TABLE, 0, 2)
    assert repr(lines) == repr([SECOND, THIRD])
    with pytest.raises(TypeError):
        hash(lines)


def test_an_invoice_without_lines_has_none_in_the_table() -> None:
    assert [*TableLines(TABLE, 2, 2)] == []


def test_what_a_line_does_not_have_is_none() -> None:
    columns = {
        "quantity": ["1", None, None],
        "unit_price": ["", None, ""],
        "unit_price.net": ["2.00", None, None],
        "unit_price.net.amount": ["2.00", None, None],
        "tax": ["", "", None],
        "tax.rate": [None, "22", None],
        "weight": [None, "3", None],
        "weight.value": [None, "3", None],
    }
    some = dict.fromkeys(("unit_price", "unit_price.net", "tax", "weight"), Kind.PART_OR_NONE)
    kinds = {"quantity": Kind.NUMBER_OR_NONE, "unit_price.net.amount": Kind.NUMBER, "tax.rate": Kind.NUMBER_OR_NONE}

    lines = LineTable("EUR", columns, {**some, **kinds, "weight.value": Kind.NUMBER}).lines(0, 3)

    assert lines == [
        InvoiceLine(1, quantity=Decimal(1), unit_price=TaxedMoney(net=Money(Decimal("2.00"), "EUR")), tax=LineTax()),
        InvoiceLine(2, tax=LineTax(rate=Decimal(22)), weight=Weight(Decimal(3))),
        InvoiceLine(3, unit_price=TaxedMoney()),
    ]


def test_they_are_kept_as_a_list() -> None:
    kept = msgspec.msgpack.encode(TableLines(TABLE, 1, 3), enc_hook=list)

    assert msgspec.msgpack.decode(kept, type=list[InvoiceLine]) == [SECOND, THIRD]
