"""How many rounded amounts are in an amount, by the rule that its document says it rounds by."""

from __future__ import annotations

from decimal import Decimal

from resolvers.model.invoice import Invoice, InvoiceLine, RoundingRule

_ONE = Decimal(1)


def rounded_in_line(invoice: Invoice, line: InvoiceLine) -> Decimal:
    """The line's items where each item is rounded, at least 1; else 1, the line itself."""
    if _rule_of(invoice) is not RoundingRule.PER_ITEM or line.quantity is None:
        return _ONE
    return max(_ONE, line.quantity.copy_abs())


def rounded_in_class(invoice: Invoice, rate: Decimal | None) -> Decimal:
    """What is rounded in the lines of this rate where items or lines are, at least 1; else 1, the class itself."""
    if _rule_of(invoice) not in (RoundingRule.PER_ITEM, RoundingRule.PER_LINE):
        return _ONE
    lines = (line for line in invoice.lines or () if line.tax is not None and line.tax.rate == rate)
    return max(_ONE, sum((rounded_in_line(invoice, line) for line in lines), Decimal(0)))


def _rule_of(invoice: Invoice) -> RoundingRule | None:
    return None if invoice.rounding is None else invoice.rounding.rule
