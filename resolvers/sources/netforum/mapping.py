"""netFORUM's open invoice to the canonical one: the whole translation on one page. Pure."""

from __future__ import annotations

from datetime import datetime

from resolvers.model.always import ALWAYS
from resolvers.model.customer import Account
from resolvers.model.derivation import complete_balance, settle_currency, settlement, type_by_sign
from resolvers.model.identity import invoice_id
from resolvers.model.invoice import Invoice, InvoiceStatus, Provenance
from resolvers.model.money import Money
from resolvers.model.reading import Reading
from resolvers.sources.netforum.dates import read_date
from resolvers.sources.netforum.keys import tidy_key
from resolvers.sources.netforum.wire import LIST_OPERATION, OpenInvoice

LIST_FIELDS = ALWAYS | {"number", "issueDate", "total", "amountPaid", "amountDue", "membershipCode"}
"""What the open list carries."""


def identify(record: OpenInvoice) -> str | None:
    """The invoice's own identifier, its key in lower case; None where the row has none."""
    return tidy_key(record.inv_key)


def to_invoice(
    record: OpenInvoice,
    account: Account,
    *,
    source: str,
    source_invoice_id: str,
    currency: str | None,
    fetched_at: datetime,
) -> Invoice:
    """The invoice of one row of the open list; `currency` is the configured one, for the vendor states none."""
    reading = Reading()
    currency_origin = settle_currency(reading, currency)
    total = reading.money("total", record.inv_total)
    balance = complete_balance(
        reading, total, reading.money("amountPaid", record.inv_paid), _amount_due(reading, record)
    )
    type_ = type_by_sign(total)
    return Invoice(
        id=invoice_id(source, account.key, source_invoice_id),
        source=source,
        account_key=account.key,
        account_id=account.id,
        source_invoice_id=source_invoice_id,
        number=reading.text("number", record.inv_code_cp),
        type=type_.type,
        status=InvoiceStatus.OPEN,
        payment_status=settlement(type_.type, InvoiceStatus.OPEN, total, balance.due),
        issue_date=read_date(reading, "issueDate", record.inv_date),
        currency_code=reading.currency_code,
        currency_origin=currency_origin,
        total=total,
        amount_paid=balance.paid,
        amount_due=balance.due,
        membership_code=reading.text("membershipCode", record.mbt_code),
        provenance=Provenance(
            source, LIST_OPERATION, fetched_at, derived_fields=["paymentStatus", *type_.derived, *balance.derived]
        ),
        notes=reading.notes,
    )


def _amount_due(reading: Reading, record: OpenInvoice) -> Money | None:
    """The balance; where JSON states the amount due once more, and otherwise, AMOUNT_DUE_CONFLICT."""
    balance = reading.money("amountDue", record.inv_balance)
    if balance is None:
        return reading.money("amountDue", record.inv_amount_due)
    said_again = reading.number("amountDue", record.inv_amount_due)
    if said_again is not None and said_again != balance.amount:
        reading.note(
            "AMOUNT_DUE_CONFLICT", "amountDue", expected=format(said_again, "f"), actual=format(balance.amount, "f")
        )
    return balance
