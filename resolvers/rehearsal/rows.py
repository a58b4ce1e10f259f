"""Answers made up for a rehearsal: as many invoices as a source would bring, with nothing in them but ids. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from resolvers.model.customer import Account
from resolvers.model.invoice import Invoice, Provenance
from resolvers.model.source import Capabilities, FindQuery, InvoiceList, ListQuery, Paging

_NOW = datetime.min.replace(tzinfo=UTC)


def made_up_list(query: ListQuery, capabilities: Capabilities, size: int) -> InvoiceList:
    """The answer to a query of a list that is so long; a numbered one ends with the page that was asked for."""
    account, ids = query.account, (f"made-up-{number}" for number in _window(query, capabilities.paging, size))
    invoices = _invoices(account, ids, _issue_date(capabilities))
    if capabilities.paging is Paging.NUMBERED:
        return InvoiceList(invoices=invoices, total_pages=query.page, fetched_at=_NOW)
    return InvoiceList(invoices=invoices, total_count=size, fetched_at=_NOW)


def made_up_invoices(query: FindQuery) -> InvoiceList:
    """The answer to a look-up that finds them all, of the day that the made-up index tells."""
    return InvoiceList(invoices=_invoices(query.account, query.ids, date.min), fetched_at=_NOW)


def _window(query: ListQuery, paging: Paging, size: int) -> range:
    if paging is not Paging.WINDOW:
        return range(size)
    return range(query.offset, size if query.limit is None else min(size, query.offset + query.limit))


def _issue_date(capabilities: Capabilities) -> date | None:
    """The first of all dates for a source whose rows cost a look-up, none for one whose list tells all.

    Newest first, rows without a date come last: a page is filled with those first that cost a look-up. Both come behind
    whatever cursor the operation has.
    """
    return None if capabilities.fields <= capabilities.list_fields else date.min


def _invoices(account: Account, ids: Iterable[str], issue_date: date | None) -> list[Invoice]:
    return [
        Invoice(
            source=account.source,
            account_key=account.key,
            account_id=account.id,
            source_invoice_id=id_,
            issue_date=issue_date,
            provenance=Provenance(account.source, "rehearsal", _NOW),
        )
        for id_ in ids
    ]
