"""Many ordered slices to one list, each invoice once, and how far it can be trusted. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import takewhile
from operator import ge, gt

import msgspec

from resolvers.lists.slice import EXHAUSTED, READ_WHOLE, Position, Slice, short
from resolvers.model.customer import Account
from resolvers.model.invoice import Invoice
from resolvers.order import InvoiceOrder, SortKey

_MOST_BEHIND = 200

Book = tuple[str, tuple[tuple[str, str], ...]]


class AccountSlice(msgspec.Struct, frozen=True):
    """An account, what was read of its list, and from where."""

    account: Account
    slice: Slice
    start: Position | None = None

    @property
    def book(self) -> Book:
        """Within which a source's own ids tell one invoice from another."""
        return self.account.source, self.account.context


class Merged(msgspec.Struct, frozen=True):
    """The rows in order; the first `certain` of them stay where they are whatever the unread pages bring.

    `blockers` are the ids of the accounts whose next page would make more rows certain.

    Rows of one day go by their ids. But where a page ends within a day, that day's rows come page by page: by id, a
    row of the first page might come behind all rows of the next ones, and a cursor would have to lead back to the first
    page until the day is over.
    """

    rows: list[Invoice]
    certain: int
    blockers: frozenset[str]


def merge(slices: Sequence[AccountSlice], order: InvoiceOrder, after: SortKey | None) -> Merged:
    """The rows that come behind `after`, in order."""
    is_merged = len(slices) == 1 and after is None  # in order, and each invoice once
    rows = slices[0].slice.invoices if is_merged else order.sorted(_once(slices, order, after))
    horizons = {item.account.id: item.slice.horizon for item in slices if item.slice.horizon is not None}
    if not horizons:
        return Merged(rows, len(rows), frozenset())
    newest = max(horizons.values())
    days = [_day(row) or "" for row in rows]
    newer, certain = (sum(1 for day in days if is_known(day, newest)) for is_known in (gt, ge))
    blockers = frozenset(account for account, horizon in horizons.items() if horizon == newest)
    cut = _by_page(rows[newer:certain], [item for item in slices if item.account.id in blockers])
    return Merged([*rows[:newer], *cut, *rows[certain:]], certain, blockers)


def _by_page(rows: Sequence[Invoice], slices: Iterable[AccountSlice]) -> list[Invoice]:
    """The rows page by page, counted from the page where each of these lists began; those of other accounts first."""
    read = {item.account.id: (item.slice.pages, item.start.page if item.start else 1) for item in slices}

    def place(row: Invoice) -> int:
        pages, first = read.get(row.account_id, ({}, 1))
        return pages.get(row.source_invoice_id, first) - first

    return sorted(rows, key=place)


def _once(slices: Sequence[AccountSlice], order: InvoiceOrder, after: SortKey | None) -> list[Invoice]:
    """Rows not given out before; one that two accounts of a source list stays with the account of the lowest id."""
    kept: dict[tuple[Book, str], Invoice] = {}
    for item in sorted(slices, key=lambda item: item.account.id):
        for row in item.slice.invoices:
            kept.setdefault((item.book, row.source_invoice_id), row)
    # A list with a position has left out by itself what was given out. Of a day that was cut, some of its rows are to
    # come yet, although the sort key is behind them.
    positioned = {item.account.id for item in slices if item.start is not None and item.start.date is not None}
    return [
        row
        for row in kept.values()
        if after is None or row.account_id in positioned or order.is_behind(order.key(row), after)
    ]


def key_behind(given: Sequence[Invoice], order: InvoiceOrder, after: SortKey | None) -> SortKey:
    """Behind which key a list without pages goes on, once these rows, one at least, were given out behind `after`.

    Of a day that is cut, whose rows come page by page, the last row is not the one that comes last in the order.
    """
    last = order.key(given[-1])
    tied = takewhile(lambda key: key[:2] == last[:2], map(order.key, reversed(given)))
    return order.furthest(max(tied), after)


def shares_invoices(account: Account, accounts: Collection[Account]) -> bool:
    """Whether another one of the accounts may list the same invoices."""
    return any(
        other.source == account.source and other.context == account.context and other.id != account.id
        for other in accounts
    )


def total_of(slices: Iterable[AccountSlice], accounts: Collection[Account]) -> int | None:
    """How many invoices the slices' whole lists hold together; None where one of them cannot tell."""
    total, shared = 0, set[tuple[Book, str]]()
    for item in slices:
        if not item.slice.is_indexed:
            return None
        if not shares_invoices(item.account, accounts):
            if item.slice.total_count is None:
                return None
            total += item.slice.total_count
        elif item.slice.ids is None:
            return None
        else:
            shared |= {(item.book, id_) for id_ in item.slice.ids}
    return total + len(shared)


def positions_behind(
    given: Sequence[Invoice], rest: Sequence[Invoice], slices: Sequence[AccountSlice]
) -> dict[str, Position]:
    """Where each list in pages goes on behind the rows given out, of which there is one at least, by account id."""
    books = {item.account.id: item.book for item in slices}
    last = _day(given[-1])
    positions: dict[str, Position] = {}
    for item in slices:
        if item.slice.next_page is not None:
            page = _page_behind(item.slice, item.slice.next_page, item.account, rest)
            theirs = [row for row in given if books[row.account_id] == item.book]
            is_shared = sum(book == item.book for book in books.values()) > 1
            positions[item.account.id] = _position(page, last, theirs, item, is_shared=is_shared)
    return positions


def _page_behind(slice_: Slice, next_page: int, account: Account, rest: Sequence[Invoice]) -> int:
    """The first page with a row that was not given out."""
    if next_page == READ_WHOLE:
        return READ_WHOLE
    return min((slice_.pages[row.source_invoice_id] for row in rest if row.account_id == account.id), default=next_page)


def _position(
    page: int, last: str | None, theirs: Sequence[Invoice], item: AccountSlice, *, is_shared: bool
) -> Position:
    """Where one list goes on, when its rows `theirs` are given out on a page whose last row, of any list, is of `last`.

    The day never goes back to a newer one than `start.date`: a newer row stands out of order in this list. A list that
    lost its order on the way (READ_WHOLE) keeps its place, as disordered, until such rows and all of that day are given
    out. From then on the cursor's sort key alone tells what was.
    """
    start = item.start or Position(page)
    day = last if last is None or start.date is None else min(last, start.date)
    is_held = page == READ_WHOLE and day is not None and day == start.date
    if page in (READ_WHOLE, EXHAUSTED) and not is_held:
        return Position(page)
    if is_held:
        page = start.page
    earlier = start.ids if start.date == day else ()
    ids = [short(row.source_invoice_id) for row in theirs if _day(row) == day or start.is_older_than(row)]
    given = (*earlier, *ids)
    if len(given) > _MOST_BEHIND and not is_shared:
        given = _near(page, given, item.slice)
    return Position(page, day, given, is_unread=page not in item.slice.pages.values(), is_disordered=is_held)


def _near(page: int, given: Sequence[str], slice_: Slice) -> tuple[str, ...]:
    """The ids given out that a cursor keeps: those on this page or behind it, and _MOST_BEHIND of those next before it.

    The others are given out twice if the pages shift by more rows than that between two requests.
    """
    pages = {short(id_): number for id_, number in slice_.pages.items()}
    nearest_last = sorted(given, key=lambda id_: pages.get(id_, 0))
    ahead = sum(1 for id_ in given if pages.get(id_, 0) >= page)
    return tuple(nearest_last[-ahead - _MOST_BEHIND :])


def _day(row: Invoice) -> str | None:
    return None if row.issue_date is None else row.issue_date.isoformat()
