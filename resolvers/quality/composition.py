"""Whether the total is what it is composed of: lines - discounts + shipping + fee, and the tax in a total with tax."""

from __future__ import annotations

from collections.abc import Iterator

from resolvers.model.invoice import DiscountType, Invoice, InvoiceTotals, Note, ServiceCharge
from resolvers.model.money import Money
from resolvers.quality.arithmetic import sum_of, unlike_sum
from resolvers.quality.sides import net_of

_OPTIONAL = (
    "shippingMethod.cost",
    "paymentMethod.cost",
    "totals.shipping",
    "totals.paymentFee",
    "totals.discount",
    "discounts.",
)

_Parts = list[Money | None]


def total_of_parts(invoice: Invoice) -> Iterator[Note]:
    """TOTAL_MISMATCH where the parts do not add up to the net total or, where that is unknown, to the total with tax.

    Where a part is unknown nothing is said; a charge or a discount that the invoice does not have is no part.
    """
    totals = invoice.totals
    if totals is None or not totals.tells_charges or _has_unreadable_part(invoice):
        return
    parts = _parts(invoice, totals)
    net = net_of(totals.total)
    if net is not None:
        yield from unlike_sum("TOTAL_MISMATCH", "totals.total.net", sum_of(parts), net, added=len(parts))
    else:
        parts.append(totals.tax)
        yield from unlike_sum("TOTAL_MISMATCH", "total", sum_of(parts), invoice.total, added=len(parts))


def _parts(invoice: Invoice, totals: InvoiceTotals) -> _Parts:
    """What is added, costs counted as net.

    A stated subtotal stands for the lines and discounts before it, even where they differ from it, as they do in the
    vendor's sample that has both (its total is compared with 69.54 + 8.57 + 1.20): that is another rule's warning.
    """
    charges = [
        *_charge(totals.shipping, invoice.shipping_method),
        *_charge(totals.payment_fee, invoice.payment_method),
    ]
    if (subtotal := net_of(totals.subtotal)) is not None:
        return [subtotal, *charges]
    return [*_before_discount(invoice, totals), *_discounts(invoice, totals), *charges]


def _before_discount(invoice: Invoice, totals: InvoiceTotals) -> _Parts:
    if (subtotal := net_of(totals.prediscount_subtotal)) is not None:
        return [subtotal]
    return [None] if invoice.lines is None else [net_of(line.total) for line in invoice.lines]


def _discounts(invoice: Invoice, totals: InvoiceTotals) -> _Parts:
    """Unknown where they are percentages, for no source says of what, or where they may include tax."""
    if totals.discount is not None:
        return [_negative(totals.discount)]
    discounts = invoice.discounts or []
    if discounts and invoice.discounts_include_tax is not False:
        return [None]
    return [
        Money(discount.value.copy_negate(), invoice.currency_code) if discount.type is DiscountType.AMOUNT else None
        for discount in discounts
    ]


def _charge(cost: Money | None, method: ServiceCharge | None) -> _Parts:
    """A method that is named and does not tell its cost makes the cost unknown; without a method there is none."""
    if cost is not None:
        return [cost]
    return [] if method is None else [method.cost]


def _negative(amount: Money) -> Money:
    return Money(amount.amount.copy_negate(), amount.currency_code)


def _has_unreadable_part(invoice: Invoice) -> bool:
    return any(note.code == "VALUE_UNREADABLE" and (note.path or "").startswith(_OPTIONAL) for note in invoice.notes)
