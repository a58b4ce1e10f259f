"""What a total is composed of: which parts count, and what their absence means."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from resolvers.model.invoice import Discount, DiscountType, Invoice, InvoiceTotals, Note, ServiceCharge
from tests.quality.invoices import SMALLEST_STEPS, codes, invoice, line, money, taxed, told

OFF = [Discount(DiscountType.AMOUNT, Decimal("3.00"))]


def of_lines(total: str | None, *line_totals: str | None, currency: str = "EUR", **fields: Any) -> Invoice:
    """Lines, 2 of tax and 10 of shipping."""
    totals = InvoiceTotals(tax=money("2", currency), shipping=money("10", currency))
    lines = [line(total=taxed(amount, currency=currency)) for amount in line_totals]
    usual = {"currency_code": currency, "lines": lines, "totals": totals}
    stated = None if total is None else money(total, currency)
    return invoice(total=stated, **(usual | fields))


@pytest.mark.parametrize(("currency", "step"), SMALLEST_STEPS)
def test_a_total_may_differ_by_half_a_unit_a_part_and_one_half_more(currency: str, step: str) -> None:
    unit = Decimal(step)

    assert codes(of_lines(str(15 + 3 * unit), "1", "1", "1", currency=currency)) == []
    assert codes(of_lines(str(15 + unit * Decimal("3.01")), "1", "1", "1", currency=currency)) == ["TOTAL_MISMATCH"]


def test_a_total_that_is_not_lines_tax_and_shipping_is_told_with_the_right_one() -> None:
    assert told(of_lines("43.49", "9.90", "19.90", "0.95")) == [("TOTAL_MISMATCH", "total", "42.75", "43.49")]


def test_a_fee_and_amounts_off_are_parts_of_the_total() -> None:
    totals = InvoiceTotals(tax=money("2.00"), payment_fee=money("1.20"))
    fields: dict[str, Any] = {"totals": totals, "discounts": OFF, "discounts_include_tax": False}

    assert codes(of_lines("8.20", "8.00", **fields)) == []
    assert told(of_lines("11.20", "8.00", **fields)) == [("TOTAL_MISMATCH", "total", "8.20", "11.20")]


def test_a_stated_sum_of_discounts_is_what_is_taken_off() -> None:
    totals = InvoiceTotals(tax=money("2.00"), discount=money("1.00"))

    assert told(of_lines("10.00", "8.00", totals=totals, discounts=OFF)) == [
        ("TOTAL_MISMATCH", "total", "9.00", "10.00")
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"discounts": [Discount(DiscountType.PERCENT, Decimal(20))], "discounts_include_tax": False},
        {"discounts": [Discount(DiscountType.OTHER, Decimal(20))], "discounts_include_tax": False},
        {"discounts": OFF, "discounts_include_tax": True},
        {"discounts": OFF, "discounts_include_tax": None},
    ],
)
def test_discounts_whose_net_amount_is_not_known_make_the_rule_silent(fields: dict[str, Any]) -> None:
    assert codes(of_lines("99.00", "8.00", **fields)) == []


def test_where_a_net_total_is_stated_the_parts_are_compared_with_it_and_not_with_the_gross_one() -> None:
    totals = InvoiceTotals(
        subtotal=taxed("69.54", "110.89"),
        shipping=money("8.57"),
        payment_fee=money("1.20"),
        tax=money("31.25"),
        total=taxed("89.23", "120.48"),
    )

    found = told(invoice(totals=totals, total=money("120.48")))

    assert found == [("TOTAL_MISMATCH", "totals.total.net", "79.31", "89.23")]


@pytest.mark.parametrize(("currency", "step"), SMALLEST_STEPS)
def test_a_net_total_may_differ_by_half_a_unit_for_its_subtotal_and_each_charge(currency: str, step: str) -> None:
    def of(net: Decimal) -> Invoice:
        totals = InvoiceTotals(
            subtotal=taxed("7", currency=currency),
            shipping=money("2", currency),
            payment_fee=money("1", currency),
            total=taxed(str(net), currency=currency),
        )
        return invoice(currency_code=currency, totals=totals)

    assert codes(of(10 + 2 * Decimal(step))) == []
    assert codes(of(10 + Decimal("2.01") * Decimal(step))) == ["TOTAL_MISMATCH"]


def test_without_a_subtotal_the_one_before_discount_counts_less_the_discounts() -> None:
    totals = InvoiceTotals(prediscount_subtotal=taxed("10.00"), total=taxed("10.00"))

    found = told(invoice(totals=totals, discounts=OFF, discounts_include_tax=False))

    assert found == [("TOTAL_MISMATCH", "totals.total.net", "7.00", "10.00")]


def test_a_charge_that_the_invoice_does_not_have_is_no_part() -> None:
    totals = InvoiceTotals(subtotal=taxed("10.00"), total=taxed("12.00"))

    assert told(invoice(totals=totals)) == [("TOTAL_MISMATCH", "totals.total.net", "10.00", "12.00")]


def test_where_a_document_does_not_tell_its_charges_there_may_be_some() -> None:
    totals = InvoiceTotals(subtotal=taxed("10.00"), total=taxed("12.00"), tells_charges=False)

    assert codes(invoice(totals=totals)) == []


def test_a_named_charge_of_unknown_cost_makes_the_rule_silent() -> None:
    totals = InvoiceTotals(subtotal=taxed("10.00"), total=taxed("12.00"))

    assert codes(invoice(totals=totals, shipping_method=ServiceCharge("UPS"))) == []
    assert codes(invoice(totals=totals, payment_method=ServiceCharge("Cash"))) == []


def test_a_charge_tells_its_cost_where_the_totals_do_not() -> None:
    totals = InvoiceTotals(subtotal=taxed("10.00"), total=taxed("12.00"))

    assert codes(invoice(totals=totals, shipping_method=ServiceCharge("UPS", money("2.00")))) == []


@pytest.mark.parametrize("path", ["shippingMethod.cost", "totals.paymentFee", "discounts.0.value"])
def test_a_part_that_cannot_be_read_makes_the_rule_silent(path: str) -> None:
    totals = InvoiceTotals(subtotal=taxed("10.00"), total=taxed("12.00"))

    assert codes(invoice(totals=totals, notes=[Note("VALUE_UNREADABLE", path)])) == ["VALUE_UNREADABLE"]
    assert "TOTAL_MISMATCH" in codes(invoice(totals=totals, notes=[Note("SCALE_EXCESS", path)]))


@pytest.mark.parametrize("path", ["dueDate", "lines.0.total.net", None])
def test_what_else_cannot_be_read_leaves_the_parts_as_they_are(path: str | None) -> None:
    totals = InvoiceTotals(subtotal=taxed("10.00"), total=taxed("12.00"))

    assert "TOTAL_MISMATCH" in codes(invoice(totals=totals, notes=[Note("VALUE_UNREADABLE", path)]))


def test_a_total_without_one_of_its_parts_is_compared_with_nothing() -> None:
    assert codes(of_lines("99.00", "8.00", None)) == []
    assert codes(of_lines("99.00", lines=None)) == []
    assert codes(of_lines(None, "8.00")) == []
    assert codes(of_lines("99.00", "8.00", totals=InvoiceTotals(shipping=money("1.00")))) == []
    assert codes(of_lines("99.00", "8.00", totals=None)) == []
