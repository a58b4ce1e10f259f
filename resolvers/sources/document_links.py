"""Where the documents of invoices are, as a source's list last said: for fetching them, and for no client's eyes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from resolvers.model.customer import Account
from resolvers.model.errors import CallBudgetExceeded
from resolvers.model.operation import Operation
from resolvers.model.source import FURTHEST_PAGE, InvoiceList, InvoiceSource, ListQuery

T = TypeVar("T")

_KEPT_FOR = timedelta(minutes=5)
_MOST_KEPT = 10_000

_Key = tuple[str, tuple[tuple[str, str], ...], str]


class VendorLinks(Generic[T]):
    """Keeps what the rows of a list say of their documents, for five minutes; reads the list again after that.

    `clock` tells the time. A source keeps the links of each page that it reads.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._kept: dict[_Key, tuple[datetime, T]] = {}

    def keep(self, account: Account, links: Mapping[str, T]) -> None:
        """Takes the links of one page, by the source's ids of the invoices; the oldest go when there are too many."""
        until = self._clock() + _KEPT_FOR
        for source_invoice_id, link in links.items():
            key = _key(account, source_invoice_id)
            self._kept.pop(key, None)
            self._kept[key] = (until, link)
        while len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]

    async def find(
        self, source: InvoiceSource, account: Account, source_invoice_id: str, operation: Operation
    ) -> T | None:
        """The invoice's link, from the source's list if need be; None where the list has no such invoice.

        Raises SourceError, and CallBudgetExceeded beyond page 50.
        """
        link = self._fresh(account, source_invoice_id)
        before: frozenset[str] = frozenset()
        page = 0
        while link is None:
            page += 1
            if page > FURTHEST_PAGE:
                raise CallBudgetExceeded(f"The invoice is not on the first {FURTHEST_PAGE} pages of its account.")
            query = ListQuery(account=account, fields=frozenset(), page=page)
            answer = await source.list_invoices(query, operation)
            link = self._fresh(account, source_invoice_id)
            ids = frozenset(invoice.source_invoice_id for invoice in answer.invoices)
            is_repeated = bool(ids) and ids <= before
            if link is None and (is_repeated or _is_last(answer, page)):
                return None
            before = ids
        return link

    def _fresh(self, account: Account, source_invoice_id: str) -> T | None:
        until, link = self._kept.get(_key(account, source_invoice_id), (None, None))
        return link if until is not None and self._clock() < until else None


def _key(account: Account, source_invoice_id: str) -> _Key:
    return account.id, account.context, source_invoice_id


def _is_last(answer: InvoiceList, page: int) -> bool:
    if answer.total_pages:
        return page >= answer.total_pages
    if answer.has_next is not None:
        return not answer.has_next
    return not answer.rows_sent
