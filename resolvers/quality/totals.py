"""Whether the document's sums are what their parts make them."""

from __future__ import annotations

from collections.abc import Iterator

from resolvers.model.invoice import Discount, DiscountType, Invoice, InvoiceTotals, Note
from resolvers.model.money import Money
from resolvers.quality.arithmetic import difference, is_beyond_rounding, share, sum_of, unlike_sum
from resolvers.quality.sides import common_side, net_of

_NOTHING = InvoiceTotals()


def amount_due(invoice: Invoice) -> Iterator[Note]:
    """BALANCE_MISMATCH where the amount due is not the total less what was paid (BR-CO-16)."""
    expected = difference(sum_of([invoice.total]), sum_of([invoice.amount_paid]))
    yield from unlike_sum("BALANCE_MISMATCH", "amountDue", expected, invoice.amount_due, added=2)


def subtotal_of_lines(invoice: Invoice) -> Iterator[Note]:
    """LINE_SUM_MISMATCH where the net subtotal before discount is not the sum of the lines' net totals (BR-CO-10)."""
    if invoice.lines is not None and invoice.totals is not None:
        yield from unlike_sum(
            "LINE_SUM_MISMATCH",
            "totals.prediscountSubtotal.net",
            sum_of(net_of(line.total) for line in invoice.lines),
            net_of(invoice.totals.prediscount_subtotal),
            added=len(invoice.lines),
        )


def discounts_applied(invoice: Invoice) -> Iterator[Note]:
    """DISCOUNT_NOT_APPLIED where a discount that rounding cannot hide is listed, and the subtotal is as before it."""
    totals = invoice.totals or _NOTHING
    side = common_side(totals.prediscount_subtotal, totals.subtotal)
    if side is None or side.first.amount != side.second.amount:
        return
    if any(_would_show(discount, side.first) for discount in invoice.discounts or ()):
        yield Note("DISCOUNT_NOT_APPLIED", f"totals.subtotal.{side.name}")


def gross_total(invoice: Invoice) -> Iterator[Note]:
    """TOTAL_MISMATCH where the total with tax is not the one without it and the tax (BR-CO-15)."""
    totals = invoice.totals or _NOTHING
    if totals.total is None:
        return
    expected = sum_of([totals.total.net, totals.total.tax if totals.tax is None else totals.tax])
    if totals.total.gross is None:
        yield from unlike_sum("TOTAL_MISMATCH", "total", expected, invoice.total, added=2)
    else:
        yield from unlike_sum("TOTAL_MISMATCH", "totals.total.gross", expected, totals.total.gross, added=2)


def _would_show(discount: Discount, before: Money) -> bool:
    """Whether the discount changes the amount by more than rounding does: 20 % of nothing is nothing."""
    is_percent = discount.type is DiscountType.PERCENT
    worth = share(before, discount.value) if is_percent else discount.value
    return worth is not None and is_beyond_rounding(worth, before.currency_code, added=2)
