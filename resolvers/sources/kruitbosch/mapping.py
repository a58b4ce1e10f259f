"""Kruitbosch's rows to canonical invoices: the whole translation on one page. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from resolvers.model.always import ALWAYS
from resolvers.model.customer import Account
from resolvers.model.derivation import complete_balance, settle_currency, settlement, type_by_sign
from resolvers.model.identity import invoice_id
from resolvers.model.invoice import Invoice, InvoiceStatus, Provenance
from resolvers.model.reading import Reading
from resolvers.sources.kruitbosch.dates import read_date
from resolvers.sources.kruitbosch.wire import OutstandingInvoice, OverviewInvoice

LIST_FIELDS = ALWAYS | {"number", "issueDate", "dueDate", "total", "amountPaid", "amountDue", "customerNumber"}
"""What both lists carry."""

_STATUSES = {"true": InvoiceStatus.OPEN, "false": InvoiceStatus.CLOSED}


def identify(record: OutstandingInvoice) -> str | None:
    """The invoice's own identifier, its number; None where the row has none."""
    return (record.invoice_nr or "").strip() or None


def is_foreign(record: OutstandingInvoice, account: Account) -> bool:
    """Whether the row names a customer, and not this one."""
    customer_number = (record.customer_number or "").strip()
    return customer_number not in ("", account.key)


def to_invoice(
    record: OutstandingInvoice,
    account: Account,
    *,
    source: str,
    source_invoice_id: str,
    currency: str | None,
    zone: ZoneInfo,
    fetched_at: datetime,
) -> Invoice:
    """The invoice of one row; `currency` is the configured one, for a row that states none."""
    reading = Reading()
    currency_origin = settle_currency(reading, currency, record.currency_code)
    total = reading.money("total", record.invoice_amount)
    balance = complete_balance(
        reading,
        total,
        reading.money("amountPaid", record.payed_amount),
        reading.money("amountDue", record.balance_amount),
    )
    type_ = type_by_sign(total)
    status = _status(reading, record)
    return Invoice(
        source=source,
        account_key=account.key,
        account_id=account.id,
        source_invoice_id=source_invoice_id,
        number=reading.text("number", record.invoice_nr),
        type=type_.type,
        status=status,
        payment_status=settlement(type_.type, status, total, balance.due),
        issue_date=read_date(reading, "issueDate", record.invoice_date, zone),
        due_date=read_date(reading, "dueDate", record.due_date, zone),
        currency_code=reading.currency_code,
        currency_origin=currency_origin,
        total=total,
        amount_paid=balance.paid,
        amount_due=balance.due,
        customer_number=reading.text("customerNumber", record.customer_number),
        document_url=invoice_id(source, account.key, source_invoice_id) if _has_document(record) else None,
        provenance=Provenance(
            source, record.service, fetched_at, derived_fields=["paymentStatus", *type_.derived, *balance.derived]
        ),
        notes=reading.notes,
    )


def _has_document(record: OutstandingInvoice) -> bool:
    return isinstance(record, OverviewInvoice) and bool((record.download_pdf_url or "").strip())


def _status(reading: Reading, record: OutstandingInvoice) -> InvoiceStatus:
    """What the overview says; the outstanding invoices are all open."""
    if not isinstance(record, OverviewInvoice):
        return InvoiceStatus.OPEN
    told = record.invoice_open and record.invoice_open.lower()
    return reading.word("status", told, _STATUSES, InvoiceStatus.UNKNOWN) or InvoiceStatus.UNKNOWN
