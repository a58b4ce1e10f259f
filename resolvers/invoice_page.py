"""One page of a merged list: the accounts' slices, pulled as far as needed, with how each source did beside them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from msgspec.structs import replace

from resolvers.connection import PageInfo
from resolvers.cursor import Cursor, account_tag, list_name, read_cursor, write_cursor
from resolvers.gateway import Session
from resolvers.invoice_by_id import InvoiceRequest
from resolvers.invoices_by_account import AccountInvoices, InvoicesRequest
from resolvers.merge import AccountSlice, Merged, key_behind, merge, positions_behind, shares_invoices, total_of
from resolvers.model.customer import Account
from resolvers.model.errors import CallBudgetExceeded, SourceError
from resolvers.model.invoice import CacheStatus, Invoice
from resolvers.outcome import (
    Failed,
    SourceOutcome,
    SourceResultStatus,
    answered,
    failed,
    failure_of,
    is_complete,
    skipped,
)
from resolvers.page import InvoicePage, PageRequest
from resolvers.page_bodies import bodies_of
from resolvers.plan import prompt_fields


async def invoice_page(session: Session, request: PageRequest) -> InvoicePage:
    """The page that was asked for, whatever the sources do, made once for all places that ask for it.

    Raises BadUserInput for a cursor not of this list.
    """
    return await session.once.of(request, lambda: _Page(session, request).read())


class _Page:
    """The page in the making: what was read of each account, which of them failed, and which lost invoices alone."""

    def __init__(self, session: Session, request: PageRequest) -> None:
        self._session, self._request = session, request
        self._cursor = None if request.after is None else self._read_cursor(request.after)
        self._after = None if self._cursor is None else self._cursor.key(request.order)
        self._asked: dict[str, InvoicesRequest] = {}
        self._slices: dict[str, AccountSlice] = {}
        self._failures: dict[str, Failed] = {}
        self._lost: dict[str, Failed] = {}
        self._accounts = {
            account.id: account
            for account in request.accounts
            if not request.filter.sources or account.source in request.filter.sources
        }

    async def read(self) -> InvoicePage:
        merged = await self._merge()
        outlines = merged.rows[: self._request.first] if self._request.rows else []
        bodies = await self._bodies(outlines)
        has_next = await self._has_next(merged)
        nodes = [body for body in bodies if body is not None]
        given = [number for number, body in enumerate(bodies) if body is not None] if self._request.edge_cursors else []
        has_cursors = bool(outlines) and self._request.page_cursors
        outcomes = self._outcomes(nodes)
        return InvoicePage(
            nodes=nodes,
            cursors=[self._cursor_behind(merged, number) for number in given],
            page_info=PageInfo(
                has_next_page=has_next,
                has_previous_page=self._cursor is not None,
                start_cursor=self._cursor_behind(merged, 0) if has_cursors else None,
                end_cursor=self._cursor_behind(merged, len(outlines) - 1) if has_cursors else None,
            ),
            total_count=self._total(),
            is_complete=is_complete(outcomes),
            outcomes=outcomes,
        )

    @cached_property
    def _name(self) -> str:
        return list_name(self._request.owner, self._request.filter, self._request.order)

    def _read_cursor(self, text: str) -> Cursor:
        return read_cursor(self._session.gateway.cursors, self._name, text)

    async def _merge(self) -> Merged:
        """Reads the accounts' lists until the page is certain, of those in its way one page at a time."""
        live = [account for account in self._accounts.values() if not self._failed_before(account)]
        least = self._request.first if len(live) == 1 else 0
        self._asked = {account.id: self._ask(account, least) for account in live}
        pending: Collection[str] = self._asked
        while True:
            for answer in await self._load(pending):
                self._take(answer)
            merged = merge(list(self._slices.values()), self._request.order, self._after)
            missing = self._request.first - merged.certain
            pending = merged.blockers
            if missing <= 0 or not pending or not self._request.rows:
                return merged
            self._turn_page(pending)

    async def _has_next(self, merged: Merged) -> bool:
        """Whether anything follows. With a filter, unread pages may hold nothing: they are read until one does.

        True, too, where that fails, or half of what the operation may take is spent: the page itself is worth more.
        """
        request, slices = self._request, dict(self._slices)
        reads_on = request.has_next and bool(request.filter.fields())
        while len(merged.rows) <= request.first and merged.blockers:
            if not reads_on or self._session.operation.is_half_over:
                return True
            self._turn_page(merged.blockers)
            try:
                answers = await self._load(merged.blockers)
            except CallBudgetExceeded:
                return True
            for answer in answers:
                if answer.slice is None:
                    return True
                account = answer.request.account
                slices[account.id] = AccountSlice(account, answer.slice, answer.request.start)
            merged = merge(list(slices.values()), request.order, self._after)
        return len(merged.rows) > request.first

    async def _load(self, account_ids: Collection[str]) -> Sequence[AccountInvoices]:
        loads = [self._session.invoices_by_account.load(self._asked[id_]) for id_ in account_ids]
        return [await loads[0]] if len(loads) == 1 else await asyncio.gather(*loads)

    def _turn_page(self, account_ids: Collection[str]) -> None:
        """Has one page more asked of these accounts' lists."""
        for id_ in account_ids:
            self._asked[id_] = replace(self._asked[id_], pages=self._asked[id_].pages + 1)

    def _ask(self, account: Account, least: int) -> InvoicesRequest:
        request = self._request
        position = None if self._cursor is None else self._cursor.positions.get(account_tag(account.id))
        return InvoicesRequest(
            account=account,
            fields=self._fields(account),
            filter=request.filter,
            order=request.order,
            want=request.first if request.rows else 0,
            least=least if request.rows else 0,
            count=request.count,
            distinct=request.count and shares_invoices(account, self._accounts.values()),
            start=position,
        )

    def _fields(self, account: Account) -> frozenset[str]:
        capabilities = self._session.gateway.sources[account.source].capabilities
        return prompt_fields(capabilities, self._request.fields, self._request.late)

    def _take(self, answer: AccountInvoices) -> None:
        account = answer.request.account
        if answer.slice is not None:
            self._slices[account.id] = AccountSlice(account, answer.slice, answer.request.start)
        if answer.failure is not None:
            self._fail(account.id, answer.failure)

    def _fail(self, account_id: str, failure: SourceError) -> None:
        """Takes an account's source as failed; the rows that were read of it before stay."""
        self._failures[account_id] = failure_of(failure)
        if (known := self._slices.get(account_id)) is not None:
            self._slices[account_id] = replace(known, slice=replace(known.slice, horizon=None, next_page=None))

    def _failed_before(self, account: Account) -> bool:
        if self._cursor is None or (failure := self._cursor.failed.get(account_tag(account.id))) is None:
            return False
        self._failures[account.id] = failure
        return True

    async def _bodies(self, outlines: Sequence[Invoice]) -> Sequence[Invoice | None]:
        """The invoices, asked for by id where only the outline is known; None for one that is not to be had.

        A look-up that fails costs its invoice: where the list goes on is known, so that its account stays in it.
        """
        bare = {id_: item.slice.bare for id_, item in self._slices.items() if item.slice.bare}
        if not bare:
            return outlines
        asked = {
            place: self._look_up(row)
            for place, row in enumerate(outlines)
            if row.source_invoice_id in bare.get(row.account_id, ())
        }
        found = await bodies_of(self._session, outlines, asked, self._request.filter.issue_date)
        self._lost = {account_id: failure_of(error) for account_id, error in found.failures.items()}
        return found.invoices

    def _look_up(self, row: Invoice) -> InvoiceRequest:
        account = self._accounts[row.account_id]
        return InvoiceRequest(account, row.source_invoice_id, self._fields(account))

    def _cursor_behind(self, merged: Merged, number: int) -> str:
        rows, order = merged.rows, self._request.order
        positions = positions_behind(rows[: number + 1], rows[number + 1 :], list(self._slices.values()))
        return write_cursor(
            self._session.gateway.cursors,
            self._name,
            key_behind(rows[: number + 1], order, self._after),
            {account_tag(id_): position for id_, position in positions.items()},
            {account_tag(id_): failure for id_, failure in self._failures.items()},
        )

    def _total(self) -> int | None:
        """The length of the whole list, where it was asked for; None where a source failed, too."""
        if not self._request.count or self._failures:
            return None
        return total_of(self._slices.values(), self._accounts.values())

    def _outcomes(self, nodes: Sequence[Invoice]) -> list[SourceOutcome]:
        shares = self._shares(nodes)
        outcomes = [self._outcome(account, shares.get(account.id, ())) for account in self._accounts.values()]
        return outcomes + skipped(self._request.accounts, self._request.filter.sources)

    def _shares(self, nodes: Sequence[Invoice]) -> Mapping[str, Sequence[Invoice]]:
        """The invoices by their account's id."""
        if len(self._slices) == 1:
            return dict.fromkeys(self._slices, nodes)
        shares: dict[str, list[Invoice]] = defaultdict(list)
        for node in nodes:
            shares[node.account_id].append(node)
        return shares

    def _outcome(self, account: Account, nodes: Sequence[Invoice]) -> SourceOutcome:
        """How the account's list came out, the bodies that were asked for by id included."""
        if (failure := self._failures.get(account.id)) is not None:
            return self._failed(account, failure)
        item = self._slices[account.id].slice
        if not item.is_indexed:
            return SourceOutcome(source=account.source, status=SourceResultStatus.NOT_INDEXED)
        told = {id(it := node.provenance): it for node in nodes}.values()  # one for most of a reply's invoices
        is_stale = CacheStatus.STALE in [provenance.cache_status for provenance in told]
        times = [provenance.fetched_at for provenance in told] + ([item.fetched_at] if item.fetched_at else [])
        outcome = answered(
            account.source,
            cache_status=CacheStatus.STALE if is_stale else item.cache_status,
            fetched_at=min(times, default=None),
            notes=tuple(dict.fromkeys((*item.notes, *self._session.lists.look_up_notes(account)))),
        )
        lost = self._lost.get(account.id)
        if lost is None and item.failure is not None:
            lost = failure_of(item.failure)
        if lost is None:
            return outcome
        of_failure = self._failed(account, lost)
        return replace(outcome, status=of_failure.status, failure=of_failure.failure)

    def _failed(self, account: Account, failure: Failed) -> SourceOutcome:
        return failed(account.source, failure, self._session.operation.request_id)
