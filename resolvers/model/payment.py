"""What follows from amounts and dates: paid or not, overdue or not. The rules of shared practice, as pure functions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from resolvers.model.invoice import Invoice, InvoiceStatus, InvoiceType, PaymentStatus


class AgingBucketName(StrEnum):
    """How long an amount has been due; NOT_DUE also takes credits and what falls due on the day itself."""

    NOT_DUE = "NOT_DUE"
    DAYS_1_30 = "DAYS_1_30"
    DAYS_31_60 = "DAYS_31_60"
    DAYS_61_90 = "DAYS_61_90"
    OVER_90 = "OVER_90"
    NO_DUE_DATE = "NO_DUE_DATE"


_BUCKETS = (
    (0, AgingBucketName.NOT_DUE),
    (30, AgingBucketName.DAYS_1_30),
    (60, AgingBucketName.DAYS_31_60),
    (90, AgingBucketName.DAYS_61_90),
)


# Python 3.11 takes longer to find an enumeration's member by name than to compare it.
_PROFORMA, _CREDIT_NOTE = InvoiceType.PROFORMA, InvoiceType.CREDIT_NOTE
_UNKNOWN, _UNPAID, _PARTIALLY_PAID = PaymentStatus.UNKNOWN, PaymentStatus.UNPAID, PaymentStatus.PARTIALLY_PAID
_NEVER_PAID = (InvoiceStatus.DRAFT, InvoiceStatus.CANCELLED)


def payment_status(
    type_: InvoiceType, status: InvoiceStatus, total: Decimal | None, amount_due: Decimal | None
) -> PaymentStatus:
    """How far a document is paid, by its stated amount due. A credit note compares absolute amounts."""
    if type_ is _PROFORMA or status in _NEVER_PAID:
        return PaymentStatus.NOT_APPLICABLE
    if total is None or amount_due is None:
        return _UNKNOWN
    if not amount_due:
        return PaymentStatus.PAID
    if type_ is _CREDIT_NOTE:
        total, amount_due = abs(total), abs(amount_due)
    if amount_due.is_signed():
        return PaymentStatus.OVERPAID
    return _UNPAID if amount_due >= total else _PARTIALLY_PAID


def is_credit(invoice: Invoice) -> bool:
    """Whether the document is money for the customer: a credit note, or an amount due below 0."""
    due = invoice.amount_due
    return invoice.type is InvoiceType.CREDIT_NOTE or (due is not None and due.amount < 0)


def is_overdue(invoice: Invoice, as_of: date) -> bool | None:
    """Whether something is still due after its due date; never for a credit; None where either is unknown."""
    if is_credit(invoice):
        return False
    if invoice.amount_due is None:
        return None
    if invoice.amount_due.amount == 0:
        return False
    return None if invoice.due_date is None else invoice.due_date < as_of


def days_overdue(invoice: Invoice, as_of: date) -> int | None:
    """Days past the due date; 0 when not overdue, None when that is unknown."""
    overdue = is_overdue(invoice, as_of)
    if overdue is None or not overdue or invoice.due_date is None:
        return None if overdue is None else 0
    return (as_of - invoice.due_date).days


def aging_bucket(invoice: Invoice, as_of: date) -> AgingBucketName | None:
    """The bucket of what is due; None where nothing is due or the amount due is unknown."""
    if invoice.amount_due is None or invoice.amount_due.amount == 0:
        return None
    if is_credit(invoice):
        return AgingBucketName.NOT_DUE
    if invoice.due_date is None:
        return AgingBucketName.NO_DUE_DATE
    days = (as_of - invoice.due_date).days
    return next((name for longest, name in _BUCKETS if days <= longest), AgingBucketName.OVER_90)
