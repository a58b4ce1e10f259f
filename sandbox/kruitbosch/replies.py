"""Kruitbosch's response objects, by the names and in the order of its metadata pages."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias, Union
from urllib.parse import quote

from sandbox.books import Invoice
from sandbox.kruitbosch.sessions import ServiceError

Value: TypeAlias = Union[str, bool, int, Decimal, date, "Mapping[str, Value]", "Sequence[Mapping[str, Value]]", None]
Row = dict[str, Value]

OUTSTANDING = (
    *("InvoiceNr", "CustomerNumber", "InvoiceDate", "DueDate", "CurrencyCode"),
    *("InvoiceAmount", "PayedAmount", "BalanceAmount"),
)
OVERVIEW = (*OUTSTANDING[:5], "InvoiceOpen", *OUTSTANDING[5:], "DownloadPDFUrl")
NOT_SET = date.min  # .NET's default(DateTime), year 1


@dataclass(frozen=True, slots=True)
class Reply:
    """A response object: its operation's name and its members; `rows` and `row` name its list and what is in that."""

    operation: str
    rows: str
    row: str
    columns: tuple[str, ...]
    members: Mapping[str, Value]


def outstanding_invoices(rows: Sequence[Row] | None, status: Row | None = None) -> Reply:
    """OutstandingInvoicesResponse."""
    members = {"OutstandingInvoices": rows, "ResponseStatus": status}
    return Reply("OutstandingInvoices", "OutstandingInvoices", "OutstandingInvoice", OUTSTANDING, members)


def invoices_overview(rows: Sequence[Row] | None, next_page: int | None, status: Row | None = None) -> Reply:
    """InvoicesOverviewResponse."""
    members = {"Invoices": rows, "NextPage": next_page, "ResponseStatus": status}
    return Reply("InvoicesOverview", "Invoices", "InvoiceOverview", OVERVIEW, members)


def response_status(error: ServiceError, *, debug: bool) -> Row:
    """ResponseStatus; with a stack trace from a server that was left in debug mode."""
    trace = f"[{error.code}]: {error.message}\n   at Webservices.ServiceInterface.InvoiceService.Get()"
    return {"ErrorCode": error.code, "Message": error.message, "StackTrace": trace if debug else None}


def outstanding_invoice(invoice: Invoice) -> Row:
    """One open invoice. Its dates cannot be null: one that is missing is the year 1."""
    row: Row = {
        "InvoiceNr": invoice.number,
        "CustomerNumber": invoice.account_key,
        "InvoiceDate": invoice.issued or NOT_SET,
        "DueDate": invoice.due or NOT_SET,
        "CurrencyCode": invoice.currency,
    }
    return row | _amounts(invoice)


def overview_invoice(invoice: Invoice, base_url: str) -> Row:
    """One invoice, paid or not, with the link to its document; a few have none."""
    row: Row = {
        "InvoiceNr": invoice.number,
        "CustomerNumber": invoice.account_key,
        "InvoiceDate": invoice.issued or NOT_SET,
        "DueDate": invoice.due,
        "CurrencyCode": invoice.currency,
        "InvoiceOpen": bool(invoice.balance),
    }
    return row | _amounts(invoice) | {"DownloadPDFUrl": document_url(invoice, base_url)}


def document_url(invoice: Invoice, base_url: str) -> str | None:
    """Where the document is: a link that needs no session but cannot be guessed from the number."""
    if zlib.crc32(invoice.number.encode()) % 10 == 0:
        return None
    return f"{base_url}Invoice/Document/{quote(invoice.number, safe='')}?key={document_key(invoice.number)}"


def document_key(number: str) -> str:
    """What a document's link proves itself with."""
    return f"{zlib.crc32(b'document ' + number.encode()):08x}"


def _amounts(invoice: Invoice) -> Row:
    amounts = {"InvoiceAmount": invoice.gross, "PayedAmount": invoice.paid, "BalanceAmount": invoice.balance}
    return {name: Decimal(invoice.raw.get(name, amount)) for name, amount in amounts.items()}
