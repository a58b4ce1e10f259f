"""Many ordered slices to one list, each invoice once, and how far it can be trusted. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from resolvers.lists.slice import READ_WHOLE, Position, Slice
from resolvers.model.customer import Account
from resolvers.model.invoice import Invoice
from resolvers.order import InvoiceOrder, SortKey


@dataclass(frozen=True, slots=True)
class AccountSlice:
    """An account, what was read of its list, and from where."""

    account: Account
    slice: Slice
    start: Position | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """The rows in order; the first `certain` of them stay where they are whatever the unread pages bring.

    `blockers` are the ids of the accounts whose next page would make more rows certain.
    """

    rows: list[Invoice]
    certain: int
    blockers: frozenset[str]

    @property
    def has_unread(self) -> bool:
        """Whether any list goes on behind what was read."""
        return bool(self.blockers)


def merge(slices: Sequence[AccountSlice], order: InvoiceOrder, after: SortKey | None) -> Merged:
    """The rows that come behind `after`, in order."""
    rows = order.sorted(_once(slices, order, after))
    horizons = {item.account.id: item.slice.horizon for item in slices if item.slice.horizon is not None}
    if not horizons:
        return Merged(rows, len(rows), frozenset())
    newest = max(horizons.values())
    certain = sum(1 for row in rows if row.issue_date is not None and row.issue_date.isoformat() >= newest)
    blockers = frozenset(account for account, horizon in horizons.items() if horizon == newest)
    return Merged(rows, certain, blockers)


def _once(slices: Sequence[AccountSlice], order: InvoiceOrder, after: SortKey | None) -> list[Invoice]:
    """Rows not given out before; one that two accounts of a source list stays with the account of the lowest id."""
    kept: dict[tuple[str, tuple[tuple[str, str], ...], str], Invoice] = {}
    for item in sorted(slices, key=lambda item: item.account.id):
        remembers_itself = item.start is not None and item.start.date is not None
        for row in item.slice.invoices:
            if after is None or remembers_itself or order.is_behind(order.key(row), after):
                kept.setdefault((row.source, item.account.context, row.source_invoice_id), row)
    return list(kept.values())


def positions_behind(
    given: Sequence[Invoice], rest: Sequence[Invoice], slices: Sequence[AccountSlice]
) -> dict[str, Position]:
    """Where each list in pages goes on behind the rows given out, by account id."""
    if not given:
        return {}
    day = _day(given[-1])
    given_ids = _ids_by_account(row for row in given if _day(row) == day)
    rest_ids = _ids_by_account(rest)
    return {
        item.account.id: _position(item, day, given_ids.get(item.account.id, ()), rest_ids.get(item.account.id, ()))
        for item in slices
        if item.slice.next_page is not None
    }


def _position(item: AccountSlice, day: str | None, given: Sequence[str], rest: Sequence[str]) -> Position:
    if item.slice.next_page == READ_WHOLE:
        return Position(READ_WHOLE)
    pages = [item.slice.pages[id_] for id_ in rest if id_ in item.slice.pages]
    page = min(pages) if pages else item.slice.next_page or 1
    earlier = item.start.ids if item.start is not None and item.start.date == day else ()
    return Position(page, day, (*earlier, *given))


def _ids_by_account(rows: Iterable[Invoice]) -> Mapping[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for row in rows:
        ids.setdefault(row.account_id, []).append(row.source_invoice_id)
    return ids


def _day(row: Invoice) -> str | None:
    return None if row.issue_date is None else row.issue_date.isoformat()
