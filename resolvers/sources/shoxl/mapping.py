"""Shoxl's entry of the invoice history to the canonical invoice: the whole translation on one page. Pure."""

from __future__ import annotations

from datetime import datetime, tzinfo

from resolvers.model.always import ALWAYS
from resolvers.model.customer import Account
from resolvers.model.derivation import complete_balance, settle_currency, settlement, type_by_sign
from resolvers.model.identity import invoice_id
from resolvers.model.invoice import DocumentReference, DocumentType, Invoice, InvoiceStatus, Provenance
from resolvers.model.money import Money
from resolvers.model.reading import Reading
from resolvers.sources.shoxl.wire import OPERATION, InvoiceHistoryItem

LIST_FIELDS = ALWAYS | {
    "number",
    "issueDate",
    "reference",
    "reference.type",
    "reference.number",
    "customerNumber",
    "total",
    "amountPaid",
    "amountDue",
    "documentUrl",
}
"""What the history carries."""


def identify(item: InvoiceHistoryItem) -> str | None:
    """The invoice's own identifier, its number; None where the row has none."""
    return (item.invoice_number or "").strip() or None


def to_invoice(
    item: InvoiceHistoryItem,
    account: Account,
    *,
    source: str,
    source_invoice_id: str,
    currency: str | None,
    zone: tzinfo,
    fetched_at: datetime,
) -> Invoice:
    """The invoice of one entry; `currency` is the configured one, for the vendor states none; dates are of `zone`.

    A customer number other than the account's stays, with ACCOUNT_MISMATCH: a project's number may differ by design.
    """
    reading = Reading()
    currency_origin = settle_currency(reading, currency)
    total = reading.money("total", item.total_price)
    balance = complete_balance(reading, total, None, reading.money("amountDue", item.total_outstanding))
    type_ = type_by_sign(total)
    status = _status(balance.due)
    order_number = reading.text("reference.number", item.order_number)
    customer_number = reading.text("customerNumber", item.customer_number)
    if customer_number is not None and customer_number != account.key:
        reading.note("ACCOUNT_MISMATCH", "customerNumber", expected=account.key, actual=customer_number)
    return Invoice(
        source=source,
        account_key=account.key,
        account_id=account.id,
        source_invoice_id=source_invoice_id,
        number=reading.text("number", item.invoice_number),
        type=type_.type,
        status=status,
        payment_status=settlement(type_.type, status, total, balance.due),
        issue_date=reading.iso_date("issueDate", item.invoice_date, zone),
        currency_code=reading.currency_code,
        currency_origin=currency_origin,
        total=total,
        amount_paid=balance.paid,
        amount_due=balance.due,
        customer_number=customer_number,
        document_url=invoice_id(source, account.key, source_invoice_id),  # by its link, or by GetInvoice
        reference=None if order_number is None else DocumentReference(DocumentType.ORDER, order_number),
        provenance=Provenance(
            source,
            OPERATION,
            fetched_at,
            derived_fields=["status", "paymentStatus", *type_.derived, *balance.derived],
        ),
        notes=reading.notes,
    )


def _status(due: Money | None) -> InvoiceStatus:
    """The history has no status: what is still outstanding makes an invoice open."""
    if due is None:
        return InvoiceStatus.UNKNOWN
    return InvoiceStatus.CLOSED if due.amount == 0 else InvoiceStatus.OPEN
