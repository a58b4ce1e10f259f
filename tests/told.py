"""What the five sources tell of the sandbox's books, in plain Python: the other side of every comparison.

Nothing here comes from the code under test: what each vendor's list holds is written down from its documents.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.books import Books, Invoice

CURRENCIES = {"association": "USD", "shop": "EUR", "webstore": "EUR", "orders": "USD"}
OPEN_ONLY = ("association", "wholesale")
WITHOUT_AMOUNT_DUE = ("webstore", "orders")
WITH_DUE_DATE = ("webstore", "wholesale")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An invoice as far as its source tells of it; None where it does not."""

    source: str
    account_key: str
    source_invoice_id: str
    number: str
    type: str
    status: str
    issue_date: date | None
    due_date: date | None
    currency_code: str
    total: Decimal
    amount_paid: Decimal | None
    amount_due: Decimal | None

    @property
    def id(self) -> str:
        """Its opaque id, by which ties are ordered."""
        parts = [1, self.source, self.account_key, self.source_invoice_id]
        return urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")

    @property
    def is_credit(self) -> bool:
        """Whether it is money for the customer."""
        return self.type == "CREDIT_NOTE" or (self.amount_due is not None and self.amount_due < 0)

    @property
    def payment_status(self) -> str:
        """How far it is paid."""
        if self.type == "PROFORMA" or self.status in ("DRAFT", "CANCELLED"):
            return "NOT_APPLICABLE"
        if self.amount_due is None:
            return "UNKNOWN"
        if self.amount_due == 0:
            return "PAID"
        sign = -1 if self.type == "CREDIT_NOTE" else 1
        if self.amount_due * sign < 0:
            return "OVERPAID"
        return "UNPAID" if self.amount_due * sign >= self.total * sign else "PARTIALLY_PAID"

    def is_overdue(self, as_of: date) -> bool | None:
        """Whether something is due since an earlier day."""
        if self.is_credit or self.amount_due == 0:
            return False
        if self.amount_due is None or self.due_date is None:
            return None
        return self.due_date < as_of


def told_of(books: Books, customer_id: str) -> list[Told]:
    """All that the sources tell of a customer's invoices."""
    keys = [(account.source, account.key) for account in books.accounts if account.customer_id == customer_id]
    return [told for source, key in keys for told in _told(books, source, key)]


def _told(books: Books, source: str, key: str) -> Iterator[Told]:
    for invoice in books.invoices[source, key]:
        if invoice.balance or source not in OPEN_ONLY:
            knows_due = source not in WITHOUT_AMOUNT_DUE
            yield Told(
                source=source,
                account_key=key,
                source_invoice_id=invoice.id,
                number=invoice.number,
                type=_type(invoice),
                status=_status(invoice),
                issue_date=invoice.issued,
                due_date=invoice.due if source in WITH_DUE_DATE else None,
                currency_code=CURRENCIES.get(source, invoice.currency),
                total=invoice.gross,
                amount_paid=invoice.paid if knows_due else None,
                amount_due=invoice.balance if knows_due else None,
            )


def _type(invoice: Invoice) -> str:
    if invoice.source == "webstore":
        return invoice.type.upper()
    return "CREDIT_NOTE" if invoice.gross < 0 else "INVOICE"


def _status(invoice: Invoice) -> str:
    match invoice.source:
        case "webstore":
            return invoice.status.upper()
        case "shop":
            return "OPEN" if invoice.balance else "CLOSED"
        case "orders":
            return "UNKNOWN"
    return "OPEN"
