"""What is odd about the prices of the lines."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from resolvers.model.invoice import Invoice, InvoiceLine, Note
from resolvers.model.money import TaxedMoney
from resolvers.quality.arithmetic import is_beyond_rounding, product, share, unlike_product
from resolvers.quality.rounding import rounded_in_line
from resolvers.quality.sides import common_side


def line_totals(invoice: Invoice) -> Iterator[Note]:
    """LINE_TOTAL_MISMATCH where a line's total is not its quantity times its unit price."""
    for index, line in enumerate(invoice.lines or ()):
        side = common_side(line.unit_price, line.total)
        if side is not None:
            path = f"lines.{index}.total.{side.name}"
            expected, added = product(side.first, line.quantity), rounded_in_line(invoice, line)
            yield from unlike_product("LINE_TOTAL_MISMATCH", path, expected, side.second, added=added)


def taxed_line_prices(invoice: Invoice) -> Iterator[Note]:
    """TAXED_PRICE_EQUALS_NET where a price with tax is the one without it, and the tax is more than rounding hides."""
    for index, line in enumerate(invoice.lines or ()):
        if _leaves_tax_out(line, line.unit_price, added=Decimal(1)):
            yield Note("TAXED_PRICE_EQUALS_NET", f"lines.{index}.unitPrice")
        if _leaves_tax_out(line, line.total, added=rounded_in_line(invoice, line)):
            yield Note("TAXED_PRICE_EQUALS_NET", f"lines.{index}.total")


def _leaves_tax_out(line: InvoiceLine, price: TaxedMoney | None, *, added: Decimal) -> bool:
    """A free line, or one so cheap that its tax rounds to nothing, has the same price both ways and is right."""
    if line.tax is None or line.tax.rate is None or line.tax.rate <= 0 or price is None or price.net is None:
        return False
    tax = share(price.net, line.tax.rate)
    return (
        tax is not None and price.gross == price.net and is_beyond_rounding(tax, price.net.currency_code, added=added)
    )
