"""What an armed fault of meaning does to an emulator's rows: missing, twice, reversed, or somebody else's."""

from __future__ import annotations

from sandbox.billing import next_invoice
from sandbox.books import Books, Invoice
from sandbox.faults import Fault

LIE = 7  # what a lying count adds


def distort(rows: list[Invoice], fault: Fault | None, books: Books, source: str, account_key: str) -> list[Invoice]:
    """One page's rows as the fault leaves them; unchanged without one, and for the kinds that do not touch rows."""
    kind = fault.kind if fault else ""
    if kind == "short_page":
        return rows[: len(rows) // 2]
    if kind == "duplicate_rows":
        return rows + rows[:1]
    if kind == "out_of_order":
        return rows[::-1]
    if kind == "foreign_row":
        return [*rows, _somebody_elses(books, source, account_key)]
    return rows


def shift(fault: Fault | None, books: Books, source: str, account_key: str) -> None:
    """Issue a new invoice when a page shift is armed: called after a page was read, so that the next one is moved."""
    if fault and fault.kind == "page_shift":
        books.issue(next_invoice(books, source, account_key))


def _somebody_elses(books: Books, source: str, account_key: str) -> Invoice:
    """An invoice of another customer's account at the same source."""
    account = books.account(source, account_key)
    owner = account.customer_id if account else ""
    others = (a for a in books.accounts if a.source == source and a.customer_id not in (owner, "C-1300"))
    return next(listed[0] for other in others if (listed := books.of(source, other.key)))
