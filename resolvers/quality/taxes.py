"""Whether the taxes are what their rates make of the taxable amounts, and add up to the tax total."""

from __future__ import annotations

from collections.abc import Iterator

from resolvers.model.invoice import Invoice, Note
from resolvers.quality.arithmetic import share, sum_of, unlike_product, unlike_sum
from resolvers.quality.rounding import rounded_in_class, rounded_in_line
from resolvers.quality.sides import net_of


def tax_total(invoice: Invoice) -> Iterator[Note]:
    """TAX_SUM_MISMATCH where the tax total is not the sum of the tax classes (BR-CO-14)."""
    if invoice.totals is not None and invoice.taxes is not None:
        expected = sum_of(tax.amount for tax in invoice.taxes)
        yield from unlike_sum("TAX_SUM_MISMATCH", "totals.tax", expected, invoice.totals.tax, added=len(invoice.taxes))


def tax_classes(invoice: Invoice) -> Iterator[Note]:
    """TAX_RATE_MISMATCH where a class's tax is not its taxable amount times its rate (BR-CO-17)."""
    for index, tax in enumerate(invoice.taxes or ()):
        expected, added = share(tax.taxable_amount, tax.rate), rounded_in_class(invoice, tax.rate)
        yield from unlike_product("TAX_RATE_MISMATCH", f"taxes.{index}.amount", expected, tax.amount, added=added)


def line_taxes(invoice: Invoice) -> Iterator[Note]:
    """TAX_RATE_MISMATCH where a line's tax is not its net total times its rate.

    Net + tax = gross is BR-CO-15, a rule of the document's totals that is not asked of a line: the one of the vendor's
    sample breaks it, and must have no more than this warning and TAXED_PRICE_EQUALS_NET.
    """
    for index, line in enumerate(invoice.lines or ()):
        if line.tax is not None:
            path = f"lines.{index}.tax.amount"
            expected, added = share(net_of(line.total), line.tax.rate), rounded_in_line(invoice, line)
            yield from unlike_product("TAX_RATE_MISMATCH", path, expected, line.tax.amount, added=added)
