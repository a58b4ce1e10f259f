"""The rules on the prices of lines."""

from __future__ import annotations

from decimal import Decimal

import pytest

from resolvers.model.invoice import Invoice
from resolvers.model.money import TaxedMoney
from tests.quality.invoices import SMALLEST_STEPS, codes, invoice, line, line_tax, taxed, told


def bought(quantity: str | None, price: TaxedMoney | None, total: TaxedMoney | None, currency: str = "EUR") -> Invoice:
    of = line(quantity=None if quantity is None else Decimal(quantity), unit_price=price, total=total)
    return invoice(currency_code=currency, lines=[line(), of])


@pytest.mark.parametrize(("currency", "step"), SMALLEST_STEPS)
def test_a_lines_total_may_differ_by_one_unit_and_not_by_two(currency: str, step: str) -> None:
    def of(total: Decimal) -> Invoice:
        return bought("3", taxed("5", currency=currency), taxed(str(total), currency=currency), currency)

    assert codes(of(15 - Decimal(step))) == []
    assert codes(of(15 - 2 * Decimal(step))) == ["LINE_TOTAL_MISMATCH"]


def test_a_lines_total_is_told_with_the_product_rounded_half_up() -> None:
    assert told(bought("3", taxed("1.115"), taxed("3.00"))) == [
        ("LINE_TOTAL_MISMATCH", "lines.1.total.net", "3.35", "3.00")
    ]


def test_the_product_itself_is_compared_and_not_what_it_rounds_to() -> None:
    assert codes(bought("3", taxed("1.115"), taxed("3.335"))) == []
    assert codes(bought("3", taxed("1.115"), taxed("3.334"))) == ["LINE_TOTAL_MISMATCH"]


def test_a_line_is_checked_on_gross_where_net_is_not_stated() -> None:
    assert told(bought("2", taxed(gross="1.19"), taxed("9.99", "3.00"))) == [
        ("LINE_TOTAL_MISMATCH", "lines.1.total.gross", "2.38", "3.00")
    ]
    assert codes(bought("2", taxed("1.00", "1.19"), taxed("2.00", "3.00"))) == []


def test_a_line_without_quantity_price_or_total_is_no_mismatch() -> None:
    assert codes(bought(None, taxed("1.00"), taxed("9.00"))) == []
    assert codes(bought("2", None, taxed("9.00"))) == []
    assert codes(bought("2", taxed("1.00"), None)) == []
    assert codes(bought("2", taxed("1.00"), taxed(gross="9.00"))) == []


def test_a_price_with_tax_that_leaves_it_out_is_a_warning_for_price_and_total() -> None:
    of = line(quantity=Decimal(3), unit_price=taxed("5.00", "5.00"), total=taxed("15.00", "15.00"), tax=line_tax("19"))

    assert told(invoice(lines=[of])) == [
        ("TAXED_PRICE_EQUALS_NET", "lines.0.unitPrice", None, None),
        ("TAXED_PRICE_EQUALS_NET", "lines.0.total", None, None),
    ]


@pytest.mark.parametrize(
    ("currency", "inside", "outside"),
    [("EUR", "0.05", "0.06"), ("XXX", "0.05", "0.06"), ("JPY", "5", "6"), ("KWD", "0.005", "0.006")],
)
def test_a_price_whose_tax_rounding_may_hide_is_right(currency: str, inside: str, outside: str) -> None:
    def of(price: str) -> Invoice:
        price_both_ways = taxed(price, price, currency=currency)
        return invoice(currency_code=currency, lines=[line(unit_price=price_both_ways, tax=line_tax("20"))])

    assert codes(of("0")) == []
    assert codes(of(inside)) == []
    assert codes(of(outside)) == ["TAXED_PRICE_EQUALS_NET"]


def test_a_price_without_a_rate_above_zero_may_be_the_same_both_ways() -> None:
    same = taxed("5.00", "5.00")

    assert codes(invoice(lines=[line(unit_price=same, tax=line_tax("0"))])) == []
    assert codes(invoice(lines=[line(unit_price=same, tax=line_tax("-19"))])) == []
    assert codes(invoice(lines=[line(unit_price=same, tax=line_tax(None))])) == []
    assert codes(invoice(lines=[line(unit_price=same)])) == []


def test_a_price_that_states_one_side_is_no_warning() -> None:
    assert codes(invoice(lines=[line(unit_price=taxed("5.00"), total=taxed(gross="5.00"), tax=line_tax("19"))])) == []
