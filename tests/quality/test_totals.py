"""The rules on the document's sums, just inside and just outside what rounding explains."""

from __future__ import annotations

from decimal import Decimal

import pytest

from resolvers.model.invoice import Discount, DiscountType, Invoice, InvoiceTotals
from resolvers.model.money import Money, TaxedMoney
from tests.quality.invoices import SMALLEST_STEPS, codes, invoice, line, money, taxed, told

TWENTY_PERCENT = Discount(DiscountType.PERCENT, Decimal(20))


def balance(total: str | None, paid: str | None, due: str | None, currency: str = "EUR") -> Invoice:
    amounts = [None if text is None else money(text, currency) for text in (total, paid, due)]
    return invoice(currency_code=currency, total=amounts[0], amount_paid=amounts[1], amount_due=amounts[2])


def discounted(before: TaxedMoney, after: TaxedMoney, *discounts: Discount) -> Invoice:
    totals = InvoiceTotals(prediscount_subtotal=before, subtotal=after)
    return invoice(totals=totals, discounts=list(discounts))


def with_tax(net: str | None, tax: str | None, gross: str | None, currency: str = "EUR") -> Invoice:
    totals = InvoiceTotals(
        tax=None if tax is None else money(tax, currency), total=taxed(net, gross, currency=currency)
    )
    return invoice(currency_code=currency, totals=totals)


@pytest.mark.parametrize(("currency", "step"), SMALLEST_STEPS)
def test_an_amount_due_may_differ_by_one_unit_and_not_by_two(currency: str, step: str) -> None:
    unit = Decimal(step)

    assert codes(balance("10", "4", str(6 + unit), currency)) == []
    assert codes(balance("10", "4", str(6 - unit), currency)) == []
    assert codes(balance("10", "4", str(6 + 2 * unit), currency)) == ["BALANCE_MISMATCH"]
    assert codes(balance("10", "4", str(6 - 2 * unit), currency)) == ["BALANCE_MISMATCH"]


def test_a_balance_may_differ_by_just_one_and_a_half_units_where_the_source_has_more_digits() -> None:
    assert codes(balance("10.00", "4.00", "6.015")) == []
    assert codes(balance("10.00", "4.00", "6.0150000000000000000000000000001")) == ["BALANCE_MISMATCH"]


def test_a_wrong_amount_due_is_told_with_the_right_one() -> None:
    assert told(balance("600.00", "118.40", "481.00")) == [("BALANCE_MISMATCH", "amountDue", "481.60", "481.00")]


def test_an_expected_amount_keeps_every_digit_that_the_source_wrote() -> None:
    found = told(balance("12345678901234567890123456789012345678.905", "0.00", "1.00"))

    assert found == [("BALANCE_MISMATCH", "amountDue", "12345678901234567890123456789012345678.905", "1.00")]


def test_a_credit_notes_signs_stay_as_the_source_writes_them() -> None:
    assert codes(balance("-10.00", "-4.00", "-6.00")) == []
    assert told(balance("-10.00", "0.00", "10.00")) == [("BALANCE_MISMATCH", "amountDue", "-10.00", "10.00")]


def test_a_balance_with_an_unknown_amount_is_no_mismatch() -> None:
    assert codes(balance(None, "2.00", "3.00")) == []
    assert codes(balance("1.00", None, "3.00")) == []
    assert codes(balance("1.00", "2.00", None)) == []


@pytest.mark.parametrize(("currency", "step"), SMALLEST_STEPS)
def test_a_total_with_tax_may_differ_by_one_and_a_half_units(currency: str, step: str) -> None:
    half = Decimal(step) / 2

    assert codes(with_tax("100", "19", str(119 + 3 * half), currency)) == []
    assert codes(with_tax("100", "19", str(119 + half * Decimal("3.01")), currency)) == ["TOTAL_MISMATCH"]


def test_a_total_with_tax_that_is_not_net_and_tax_is_told_with_the_right_one() -> None:
    assert told(with_tax("100.00", "19.00", "120.00")) == [("TOTAL_MISMATCH", "totals.total.gross", "119.00", "120.00")]


def test_the_invoices_total_stands_for_a_gross_total_that_is_not_stated() -> None:
    totals = InvoiceTotals(tax=money("19.00"), total=taxed("100.00"))

    assert told(invoice(total=money("119.015"), totals=totals)) == []
    assert told(invoice(total=money("119.016"), totals=totals)) == [("TOTAL_MISMATCH", "total", "119.00", "119.016")]


def test_the_totals_own_tax_stands_for_a_tax_total_that_is_not_stated() -> None:
    totals = InvoiceTotals(total=TaxedMoney(net=money("100.00"), tax=money("19.00"), gross=money("120.00")))

    assert told(invoice(totals=totals)) == [("TOTAL_MISMATCH", "totals.total.gross", "119.00", "120.00")]


@pytest.mark.parametrize("amounts", [(None, "19", "9"), ("100", None, "9"), ("100", "19", None)])
def test_a_total_with_tax_and_an_unknown_part_is_no_mismatch(
    amounts: tuple[str | None, str | None, str | None],
) -> None:
    assert codes(with_tax(*amounts)) == []


def summed(subtotal: str | None, *line_totals: str | None, currency: str = "EUR") -> Invoice:
    before = taxed(subtotal, "77777", currency=currency)
    lines = [line(total=taxed(total, "1", currency=currency)) for total in line_totals]
    return invoice(currency_code=currency, lines=lines, totals=InvoiceTotals(prediscount_subtotal=before))


@pytest.mark.parametrize(("currency", "step"), SMALLEST_STEPS)
def test_a_subtotal_may_differ_by_half_a_unit_a_line_and_one_half_more(currency: str, step: str) -> None:
    unit = Decimal(step)

    assert codes(summed(str(3 + 2 * unit), "1", "1", "1", currency=currency)) == []
    assert codes(summed(str(3 + 3 * unit), "1", "1", "1", currency=currency)) == ["LINE_SUM_MISMATCH"]


def test_a_subtotal_that_is_not_the_sum_of_the_lines_is_told_with_that_sum_on_net() -> None:
    assert told(summed("69.54", "168.99")) == [
        ("LINE_SUM_MISMATCH", "totals.prediscountSubtotal.net", "168.99", "69.54")
    ]


def test_an_invoice_that_says_it_has_no_lines_has_no_subtotal_but_zero() -> None:
    assert told(summed("5.00")) == [("LINE_SUM_MISMATCH", "totals.prediscountSubtotal.net", "0.00", "5.00")]


def test_lines_of_which_one_has_no_total_are_compared_with_nothing() -> None:
    assert codes(summed("69.54", "168.99", None)) == []
    assert codes(summed(None, "168.99")) == []
    assert codes(invoice(lines=[line()], totals=InvoiceTotals(prediscount_subtotal=taxed("1.00")))) == []
    assert codes(invoice(lines=None, totals=InvoiceTotals(prediscount_subtotal=taxed("1.00")))) == []


def test_a_discount_that_leaves_the_subtotal_as_it_was_is_a_warning() -> None:
    of = discounted(taxed("69.54", "110.89"), taxed("69.54", "110.89"), TWENTY_PERCENT)

    assert told(of) == [("DISCOUNT_NOT_APPLIED", "totals.subtotal.net", None, None)]


def test_without_net_subtotals_the_gross_ones_tell_whether_a_discount_was_applied() -> None:
    of = discounted(taxed(gross="110.89"), taxed("1.00", "110.89"), TWENTY_PERCENT)

    assert told(of) == [("DISCOUNT_NOT_APPLIED", "totals.subtotal.gross", None, None)]


def test_a_discount_that_took_anything_off_is_applied() -> None:
    assert codes(discounted(taxed("69.54"), taxed("69.53"), TWENTY_PERCENT)) == []
    assert codes(discounted(taxed("69.54"), taxed("69.54"))) == []
    assert codes(invoice(totals=InvoiceTotals(prediscount_subtotal=taxed("1.00"), subtotal=taxed("1.00")))) == []


@pytest.mark.parametrize(("before", "found"), [("0.00", []), ("0.07", []), ("0.08", ["DISCOUNT_NOT_APPLIED"])])
def test_a_percentage_that_rounds_to_nothing_needs_no_change(before: str, found: list[str]) -> None:
    assert codes(discounted(taxed(before), taxed(before), TWENTY_PERCENT)) == found


@pytest.mark.parametrize(("off", "found"), [("0.015", []), ("0.016", ["DISCOUNT_NOT_APPLIED"])])
def test_an_amount_that_rounds_to_nothing_needs_no_change(off: str, found: list[str]) -> None:
    assert codes(discounted(taxed("9.00"), taxed("9.00"), Discount(DiscountType.AMOUNT, Decimal(off)))) == found


def test_a_discount_on_unknown_subtotals_is_no_warning() -> None:
    assert codes(discounted(taxed(), taxed("69.54"), TWENTY_PERCENT)) == []
    assert codes(discounted(taxed("69.54"), taxed(), TWENTY_PERCENT)) == []
    assert codes(discounted(taxed("69.54"), taxed(gross="69.54"), TWENTY_PERCENT)) == []
    assert codes(discounted(taxed(gross="69.54"), taxed("69.54"), TWENTY_PERCENT)) == []
    assert codes(invoice(discounts=[TWENTY_PERCENT])) == []


def test_amounts_of_hundreds_of_digits_are_added_to_the_last_one() -> None:
    large, small = Money(Decimal("1e130"), "EUR"), Money(Decimal("0.02"), "EUR")
    of = invoice(total=large, amount_paid=small, amount_due=large)

    assert told(of) == [("BALANCE_MISMATCH", "amountDue", "9" * 130 + ".98", "1" + "0" * 130)]
