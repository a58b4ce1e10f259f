"""What is asked of an account's list, and the slice of it that comes back."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple, Protocol

import msgspec

from resolvers.filter import EVERY_INVOICE, InvoiceFilter
from resolvers.model.errors import CallBudgetExceeded, SourceError
from resolvers.model.invoice import CacheStatus, Invoice, Note
from resolvers.model.requires import with_requirements
from resolvers.order import NEWEST_FIRST, InvoiceOrder

READ_WHOLE = 0
"""A Position's page where the list breaks its order, so that only all of it can be trusted."""
EXHAUSTED = -1
"""A Position's page where nothing is left."""


_SHORT = 10


def short(source_invoice_id: str) -> str:
    """The id, or a digest in its place where that is shorter: cursors are to be short."""
    if len(source_invoice_id) <= _SHORT:
        return source_invoice_id
    return "#" + urlsafe_b64encode(blake2b(source_invoice_id.encode(), digest_size=6).digest()).decode("ascii")


class Position(msgspec.Struct, frozen=True, array_like=True):
    """Where the next request goes on in one account's numbered list, as a cursor keeps it.

    `page` is the first one with a row that was not given out. Pages shift when an invoice is added, so what was given
    out is told by days and ids, which do not:

    - `date` is the day reached (None: nothing was given out). The list is newest first: all newer rows were given out.
    - `ids` are the rows of that day that were given out, and the newer ones that stood out of order, behind an older
      row: the source's ids, or what `short` makes of long ones.
    - `is_unread`: no row of `page` was seen yet. One on it that is newer than `date` was moved there by a shift, or is
      out of order; whoever reads it has to find out which.
    - `is_disordered`: the list broke its order here, and is read whole from now on.
    """

    page: int
    date: str | None = None
    ids: tuple[str, ...] = ()
    is_unread: bool = False
    is_disordered: bool = False

    def is_older_than(self, invoice: Invoice) -> bool:
        """Whether this row's day is newer than the one reached."""
        return self.date is not None and invoice.issue_date is not None and invoice.issue_date.isoformat() > self.date

    def has_given(
        self, invoice: Invoice, late: frozenset[str] = frozenset(), passed: frozenset[str] = frozenset()
    ) -> bool:
        """Whether this row was given out by an earlier request.

        `late` are the rows out of order from `page` on: for them only `ids` tells. `passed` are the rows on the pages
        before it: those of the day itself were given out, although `ids`, which is kept short, may lack them.
        """
        if self.date is None or invoice.issue_date is None:
            return False
        day = invoice.issue_date.isoformat()
        if day > self.date and invoice.source_invoice_id not in late:
            return True
        return day >= self.date and (
            invoice.source_invoice_id in passed or short(invoice.source_invoice_id) in self.ids
        )


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """What of an account's list is needed.

    `fields` hold all that must be known of the rows that are given out; `want` is how many rows that meet the filter
    can be used at most (0: none, only whether the source answers, or the count). `distinct` asks for the ids of all
    rows that meet the filter, for a count over accounts that may share some. `of_all` wants all rows, in any order,
    with these fields known of each. `beside` are fields that others in the operation want of all rows: asked for in
    the same call where that spares one. For numbered lists alone, `start` is where to begin, `least` how many such
    rows must be read from there now, and `pages` how many pages.
    """

    fields: frozenset[str] = frozenset()
    filter: InvoiceFilter = EVERY_INVOICE
    order: InvoiceOrder = NEWEST_FIRST
    want: int = 0
    least: int = 0
    pages: int = 1
    count: bool = False
    distinct: bool = False
    of_all: frozenset[str] | None = None
    beside: frozenset[str] = frozenset()
    start: Position | None = None

    @property
    def outline(self) -> frozenset[str]:
        """The fields that must be known of every row: those that filter and order read, or `of_all`."""
        return outline_of(self.filter, self.order, self.of_all)


def outline_of(filter_: InvoiceFilter, order: InvoiceOrder, of_all: frozenset[str] | None) -> frozenset[str]:
    """The fields that must be known of every row: `of_all`, else what the order reads, and what the filter does."""
    read = {order.path} if of_all is None else of_all
    return with_requirements(filter_.fields() | read)


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """The known rows of an account's list that meet the filter, in order; those given out before are left out.

    `horizon` is the day of the last row read where more may follow, newest first: all newer days are known in full, of
    that day itself there may be more. None: these rows are all there are.
    `bare` names the rows (by source's id) of which only the outline is known. `pages` tells on which page a row stood,
    `next_page` where numbered reading goes on (None: not in pages). `total_count` is how many meet the filter, `ids`
    which, both where asked for. `is_indexed` is False where the list stands on an index that was never completed.
    `failure` is why some rows are absent that may meet the filter: of each of them alone its look-up failed.
    """

    invoices: list[Invoice]
    horizon: str | None = None
    bare: frozenset[str] = frozenset()
    pages: dict[str, int] = {}  # msgspec copies defaults
    next_page: int | None = None
    total_count: int | None = None
    ids: frozenset[str] | None = None
    is_indexed: bool = True
    fetched_at: datetime | None = None
    cache_status: CacheStatus = CacheStatus.FRESH
    notes: tuple[Note, ...] = ()
    failure: SourceError | None = None


Failure = SourceError | CallBudgetExceeded


class Found(NamedTuple):
    """Invoices that were looked up by id; where `failure` is set, the absent ones may exist all the same.

    `notes` are about the answers to look-ups by id: rows that were dropped, and why. `failed` are the absent ids that
    the failure is about, None for all.
    """

    invoices: list[Invoice]
    failure: Failure | None = None
    notes: tuple[Note, ...] = ()
    failed: frozenset[str] | None = None

    def failure_of(self, id_: str) -> Failure | None:
        """Why an absent invoice may exist all the same; None where it does not."""
        return self.failure if self.failed is None or id_ in self.failed else None


class AccountList(Protocol):
    """One account's list within one operation."""

    async def read(self, need: Need) -> Slice:
        """The slice that meets the need. Raises SourceError or CallBudgetExceeded."""

    async def find(self, ids: frozenset[str], fields: frozenset[str]) -> Found:
        """The invoices of these source's ids that the account has. Raises SourceError or CallBudgetExceeded."""
