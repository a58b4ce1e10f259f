"""What Shoxl's GetInvoiceHistory answers, before it is written as JSON or as XML."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, time
from decimal import Decimal
from functools import reduce
from operator import sub
from zoneinfo import ZoneInfo

from sandbox import pdf
from sandbox.books import Account, Books, Invoice
from sandbox.distortions import LIE, distort, shift
from sandbox.faults import MEANING_KINDS, Call, Fault, Switchboard

SOURCE = "shop"
PAGE_SIZE = 20
CENT = Decimal("0.01")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an account's invoices, or the ERP's own error, under the HTTP status that it has there."""

    total_pages: int = 0
    invoices: list[Invoice] = field(default_factory=list)
    error_code: str | None = None
    error_description: str | None = None
    status: int = 200

    @property
    def is_error(self) -> bool:
        """Whether it tells of an error: code and description are both optional."""
        return bool(self.error_code or self.error_description)


class History:
    """The invoices of every account in pages, newest first, the first page being number 1."""

    def __init__(self, books: Books, board: Switchboard, page_size: int) -> None:
        self.books = books
        self._board = board
        self._page_size = page_size

    def fault(self, operation: str) -> Fault | None:
        """The fault of meaning to commit on this call."""
        return self._board.take(SOURCE, operation, MEANING_KINDS[SOURCE])

    def page(self, account_number: str, number: int, fault: Fault | None, division: str | None = None) -> Page:
        """A page; empty beyond the last. A number below 1 means the first, as the vendor's own example sends 0."""
        if fault and fault.kind in ("error_200", "error_500"):
            status = int(fault.kind.removeprefix("error_"))
            return Page(error_code="ERP-500", error_description="The ERP system did not answer in time", status=status)
        if fault and fault.kind == "error_uncoded":
            return Page(error_description="The ERP system cannot be reached")
        account = self.books.account(SOURCE, account_number)
        if account is None:
            return Page(error_code="DEBTOR_UNKNOWN", error_description=f"Debtor {account_number} does not exist")
        if account.context and division is None:
            return Page(error_code="DIVISION_REQUIRED", error_description="The request has no divisionCode")
        listed = self._listed(account, division)
        start = (max(number, 1) - 1) * self._page_size
        rows = distort(listed[start : start + self._page_size], fault, self.books, SOURCE, account_number)
        pages = -(-len(listed) // self._page_size) + (LIE if fault and fault.kind == "lying_count" else 0)
        shift(fault, self.books, SOURCE, account_number)
        return Page(pages, rows)

    def invoice(self, account_number: str, number: str, division: str | None = None) -> Invoice | None:
        """An account's invoice by its number."""
        account = self.books.account(SOURCE, account_number)
        if account is None or (account.context and division is None):
            return None
        return next((invoice for invoice in self._listed(account, division) if invoice.number == number), None)

    def _listed(self, account: Account, division: str | None) -> list[Invoice]:
        """The account's invoices; in another division than its own those of another debtor, who has the same number."""
        if account.context.get("divisionCode", division) == division:
            return self.books.invoices[SOURCE, account.key]
        another = next(a for a in self.books.accounts if a.source == SOURCE and a.customer_id != account.customer_id)
        return [replace(invoice, account_key=account.key) for invoice in self.books.invoices[SOURCE, another.key]]


def invoice_pdf(invoice: Invoice) -> bytes:
    """The invoice on a page."""
    return pdf.document(f"Invoice {invoice.number}", f"{invoice.issued}", f"Total {invoice.gross} {invoice.currency}")


def document_address(invoice: Invoice, documents: str) -> str:
    """Where the document is, in the history; empty for every fifth invoice, whose document GetInvoice alone has."""
    return "" if _last_digit(invoice) % 5 == 4 else f"{documents}/{invoice.id}.pdf"


def note(call: Call, operation: str, account_number: str, page: int | None) -> None:
    """Complete the record of a call."""
    call.operation, call.account, call.page = operation, account_number, page


def date_text(invoice: Invoice) -> str | None:
    """The invoice date in one of the three forms that installations send: a date, a local time, a time with its zone.

    The type says date-time, the vendor's example is a date alone.
    """
    if invoice.issued is None:
        return None
    form = _last_digit(invoice) % 5
    if form < 3:
        return invoice.issued.isoformat()
    midnight = datetime.combine(invoice.issued, time())
    return (midnight if form == 3 else midnight.replace(tzinfo=AMSTERDAM)).isoformat()


def reckons_in_doubles(invoice: Invoice) -> bool:
    """Whether the swagger file's `double` is taken at its word: for every fifth invoice."""
    return _last_digit(invoice) % 5 == 2 and not invoice.raw


def outstanding_double(invoice: Invoice) -> float:
    """What is still to be paid after three payments, each taken off in binary: of a paid invoice often not quite 0."""
    third = (invoice.paid / 3).quantize(CENT)
    payments = (third, third, invoice.paid - 2 * third)
    return reduce(sub, map(float, payments), float(invoice.gross))


def _last_digit(invoice: Invoice) -> int:
    return int(invoice.id[-1]) if invoice.id[-1].isdigit() else 0
