"""What the rules on products allow for, by what the document says it rounds."""

from __future__ import annotations

from decimal import Decimal

import pytest

from resolvers.model.invoice import Invoice, InvoiceLine, Rounding, RoundingMode, RoundingRule
from tests.quality.invoices import codes, invoice, line, line_tax, tax_class, taxed


def bought(
    rule: RoundingRule | None, quantity: str, price: str, total: str, tax: str, *, of_class: str | None = None
) -> Invoice:
    """A line at 19 %, its tax, and the tax of its class (else the line's)."""
    one = line(quantity=Decimal(quantity), unit_price=taxed(price), total=taxed(total), tax=line_tax("19", tax))
    return invoice(
        lines=[one],
        taxes=[tax_class("19", total, of_class or tax)],
        rounding=Rounding(RoundingMode.HALF_UP, rule),
    )


def test_a_hundred_items_that_were_rounded_each_are_right() -> None:
    assert codes(bought(RoundingRule.PER_ITEM, "100", "1.125", "113.00", "21.00")) == []


@pytest.mark.parametrize("rule", [RoundingRule.PER_LINE, RoundingRule.TOTAL, RoundingRule.OTHER, None])
def test_a_hundred_items_that_were_not_rounded_each_are_told(rule: RoundingRule | None) -> None:
    assert codes(bought(rule, "100", "1.125", "113.00", "21.00")) == [
        "LINE_TOTAL_MISMATCH",
        "TAX_RATE_MISMATCH",
        "TAX_RATE_MISMATCH",
    ]


def test_items_that_were_rounded_each_may_differ_by_half_a_unit_an_item_and_one_half_more() -> None:
    assert codes(bought(RoundingRule.PER_ITEM, "3", "1.00", "3.02", "0.59")) == []
    assert codes(bought(RoundingRule.PER_ITEM, "3", "1.00", "3.03", "0.57")) == ["LINE_TOTAL_MISMATCH"]
    assert codes(bought(RoundingRule.PER_ITEM, "3", "1.00", "3.00", "0.59")) == []
    assert codes(bought(RoundingRule.PER_ITEM, "3", "1.00", "3.00", "0.60")) == ["TAX_RATE_MISMATCH"] * 2


def test_less_than_one_item_is_rounded_like_one_and_a_credits_items_count_as_many() -> None:
    assert codes(bought(RoundingRule.PER_ITEM, "0.25", "4.00", "1.01", "0.19")) == []
    assert codes(bought(RoundingRule.PER_ITEM, "-100", "1.125", "-113.00", "-21.00")) == []


@pytest.mark.parametrize("rule", RoundingRule)
@pytest.mark.parametrize(
    "lines", [None, [], [line(total=taxed("1.00"))], [line(total=taxed("1.00"), tax=line_tax("19"))]]
)
def test_a_document_that_tells_of_its_lines_too_little_is_allowed_for_one_amount(
    rule: RoundingRule, lines: list[InvoiceLine] | None
) -> None:
    def of(tax: str) -> Invoice:
        return invoice(lines=lines, taxes=[tax_class("19", "1.00", tax)], rounding=Rounding(rule=rule))

    assert codes(of("0.20")) == []
    assert codes(of("0.21")) == ["TAX_RATE_MISMATCH"]


def test_the_tax_of_a_class_is_the_sum_of_what_was_rounded_in_its_lines() -> None:
    def of(rule: RoundingRule, tax: str, rate: str = "19") -> Invoice:
        lines = [line(total=taxed("0.50"), tax=line_tax(rate, None)) for _ in range(5)]
        return invoice(lines=lines, taxes=[tax_class("19", "2.50", tax)], rounding=Rounding(rule=rule))

    assert codes(of(RoundingRule.PER_LINE, "0.50")) == []
    assert codes(of(RoundingRule.PER_LINE, "0.51")) == ["TAX_RATE_MISMATCH"]
    assert codes(of(RoundingRule.PER_LINE, "0.50", rate="7")) == ["TAX_RATE_MISMATCH"]
    assert codes(of(RoundingRule.TOTAL, "0.50")) == ["TAX_RATE_MISMATCH"]


def test_many_cheap_items_whose_tax_rounds_to_nothing_cost_the_same_both_ways() -> None:
    def of(rule: RoundingRule) -> Invoice:
        cheap = line(quantity=Decimal(100), total=taxed("2.00", "2.00"), tax=line_tax("19", "0.00"))
        return invoice(lines=[cheap], rounding=Rounding(rule=rule))

    assert codes(of(RoundingRule.PER_ITEM)) == []
    assert "TAXED_PRICE_EQUALS_NET" in codes(of(RoundingRule.PER_LINE))
