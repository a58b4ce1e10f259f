"""The rules on taxes: their rates, and their sum."""

from __future__ import annotations

from decimal import Decimal

import pytest

from resolvers.model.invoice import Invoice, InvoiceTotals, Tax
from tests.quality.invoices import SMALLEST_STEPS, codes, invoice, line, line_tax, money, tax_class, taxed, told


def summed(total: str | None, *amounts: str | None, currency: str = "EUR") -> Invoice:
    totals = InvoiceTotals(tax=None if total is None else money(total, currency))
    taxes = [tax_class(None, None, amount, currency) for amount in amounts]
    return invoice(currency_code=currency, totals=totals, taxes=taxes)


@pytest.mark.parametrize(("currency", "step"), SMALLEST_STEPS)
def test_a_tax_total_may_differ_by_half_a_unit_a_class_and_one_half_more(currency: str, step: str) -> None:
    unit = Decimal(step)

    assert codes(summed(str(2 + unit), "1", "1", currency=currency)) == []
    assert codes(summed(str(2 + 2 * unit), "1", "1", currency=currency)) == ["TAX_SUM_MISMATCH"]
    assert codes(summed(str(3 + 2 * unit), "1", "1", "1", currency=currency)) == []


def test_a_tax_total_that_is_not_the_sum_of_the_classes_is_told_with_it() -> None:
    assert told(summed("31.25", "16.95", "4.00")) == [("TAX_SUM_MISMATCH", "totals.tax", "20.95", "31.25")]


def test_an_invoice_that_says_it_has_no_tax_classes_has_no_tax_but_zero() -> None:
    assert told(summed("0.01")) == [("TAX_SUM_MISMATCH", "totals.tax", "0.00", "0.01")]
    assert codes(summed("0.00")) == []


def test_a_tax_total_without_one_of_its_classes_is_compared_with_nothing() -> None:
    assert codes(summed("31.25", "16.95", None)) == []
    assert codes(summed(None, "16.95")) == []
    assert codes(invoice(totals=InvoiceTotals(tax=money("31.25")))) == []
    assert codes(invoice(taxes=[tax_class(None, None, "16.95")])) == []


@pytest.mark.parametrize(("currency", "step"), SMALLEST_STEPS)
def test_a_classs_tax_may_differ_by_one_unit_and_not_by_two(currency: str, step: str) -> None:
    def of(amount: Decimal) -> Invoice:
        return invoice(currency_code=currency, taxes=[tax_class("20", "500", str(amount), currency)])

    assert codes(of(100 + Decimal(step))) == []
    assert codes(of(100 + 2 * Decimal(step))) == ["TAX_RATE_MISMATCH"]


def test_a_classs_tax_is_told_with_the_one_of_its_rate_rounded_half_up() -> None:
    of = invoice(taxes=[tax_class("20", "50.00", "10.00"), tax_class("19.00", "89.23", "31.25")])

    assert told(of) == [("TAX_RATE_MISMATCH", "taxes.1.amount", "16.95", "31.25")]
    assert told(invoice(taxes=[tax_class("50", "0.01", "1.00")]))[0][2] == "0.01"


def test_a_credits_tax_is_expected_with_its_sign_and_nothing_is_never_minus_nothing() -> None:
    assert told(invoice(taxes=[tax_class("19", "-100.00", "19.00")]))[0][2:] == ("-19.00", "19.00")
    assert told(invoice(taxes=[tax_class("19", "-0.01", "19.00")]))[0][2:] == ("0.00", "19.00")


@pytest.mark.parametrize(
    "tax", [tax_class(None, "50", "1"), tax_class("20", None, "1"), tax_class("20", "50", None), Tax()]
)
def test_a_class_with_an_unknown_part_is_no_mismatch(tax: Tax) -> None:
    assert codes(invoice(taxes=[tax])) == []


def test_a_lines_tax_is_that_of_its_net_total() -> None:
    right = line(total=taxed("168.99", "201.10"), tax=line_tax("19.00", "32.11"))
    wrong = line(total=taxed("168.99", "201.10"), tax=line_tax("19.00", "112.66"))

    assert told(invoice(lines=[right, wrong])) == [("TAX_RATE_MISMATCH", "lines.1.tax.amount", "32.11", "112.66")]


def test_a_lines_tax_may_differ_by_one_unit_and_not_by_more() -> None:
    def of(amount: str) -> Invoice:
        return invoice(lines=[line(total=taxed("100.00"), tax=line_tax("19", amount))])

    assert codes(of("19.01")) == []
    assert codes(of("18.99")) == []
    assert codes(of("19.011")) == ["TAX_RATE_MISMATCH"]


def test_a_lines_tax_with_an_unknown_part_is_no_mismatch() -> None:
    assert codes(invoice(lines=[line(total=taxed(gross="100.00"), tax=line_tax("19", "1.00"))])) == []
    assert codes(invoice(lines=[line(total=taxed("100.00"), tax=line_tax(None, "1.00"))])) == []
    assert codes(invoice(lines=[line(total=taxed("100.00"), tax=line_tax("19"))])) == []
    assert codes(invoice(lines=[line(tax=line_tax("19", "1.00"))])) == []
