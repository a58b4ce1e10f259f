"""A list in pages of the source's own size, newest first: read as far as needed, or whole where that is not enough."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from math import ceil

from resolvers.lists.answers import oldest, row_count, without_repetition, worst
from resolvers.lists.slice import EXHAUSTED, READ_WHOLE, Found, Need, Position, Slice
from resolvers.model.customer import Account
from resolvers.model.errors import CallBudgetExceeded, SourceProtocolError
from resolvers.model.invoice import Invoice
from resolvers.model.operation import Operation
from resolvers.model.source import InvoiceList, InvoiceSource, ListQuery

_FURTHEST_PAGE = 50


class NumberedList:
    """Reads pages, each at most once; the first once more where the pages moved meanwhile."""

    def __init__(self, source: InvoiceSource, account: Account, operation: Operation) -> None:
        self._source, self._account, self._operation = source, account, operation
        self._pages: dict[int, InvoiceList] = {}
        self._head: InvoiceList | None = None
        self._has_moved = False
        self._last: int | None = None
        self._is_ordered = source.capabilities.lists_newest_first

    async def read(self, need: Need) -> Slice:
        """The newest invoices that meet the need; all of them for another order or a count that needs each row."""
        start = need.start or Position(1)
        if start.page == EXHAUSTED and not need.count:
            return Slice(invoices=[], next_page=EXHAUSTED)
        counts_rows = need.count and (need.distinct or bool(need.filter.fields()))
        reads_ahead = need.order.is_newest_first and self._is_ordered and start.page != READ_WHOLE and not counts_rows
        if reads_ahead and start.page != EXHAUSTED:
            await self._read_ahead(start, need)
        if not reads_ahead or not self._is_ordered:
            await self._read_all()
        elif need.count:
            await self._read_ends()
        if start.date is not None and not self._is_ordered:
            raise SourceProtocolError(self._source.name, "the list lost its order between two requests")
        return self._slice(start, need)

    async def find(self, ids: frozenset[str], fields: frozenset[str]) -> Found:
        """The invoices of these ids, walking from the newest. Raises CallBudgetExceeded beyond page 50."""
        page = 1
        while True:
            await self._fetch(page)
            found = [row for row in self._rows(1, page) if row.source_invoice_id in ids]
            if len(found) == len(ids) or self._is_last(page):
                return Found(found)
            if page == _FURTHEST_PAGE:
                raise CallBudgetExceeded(f"The invoice is not on the newest {_FURTHEST_PAGE} pages of its account.")
            page += 1

    async def _read_ahead(self, start: Position, need: Need) -> None:
        page = start.page
        await self._fetch(page)
        while self._is_ordered and not self._is_last(page):
            rows = self._rows(start.page, page)
            missing = need.least - sum(1 for row in rows if need.filter.holds(row) and not start.has_given(row))
            if missing <= 0 or _is_past(need, rows):
                return
            ahead = 1
            if self._last is not None and not need.filter.fields():
                ahead = min(ceil(missing / max(row_count(self._pages[page]), 1)), self._last - page)
            await self._fetch_all(range(page + 1, page + ahead + 1))
            page += ahead

    async def _read_ends(self) -> None:
        await self._fetch(1)
        if self._last is None:
            await self._read_all()
        else:
            await self._fetch(self._last)

    async def _read_all(self) -> None:
        await self._fetch(1)
        if self._last is not None:
            await self._fetch_all(range(2, self._last + 1))
        page = 1
        while not self._is_last(page):
            page += 1
            await self._fetch(page)

    async def _fetch_all(self, pages: range) -> None:
        await asyncio.gather(*(self._fetch(page) for page in pages))

    async def _fetch(self, page: int) -> None:
        if page in self._pages or (self._last is not None and page > max(self._last, 1)):
            return
        answer = await self._ask(page)
        self._pages[page] = answer
        self._find_last(page, answer)
        self._check_lengths()
        self._check_order(page)
        if page > 1 and 1 in self._pages and not self._has_moved and self._repeats_neighbour(page):
            self._has_moved = True
            self._head = await self._ask(1)

    async def _ask(self, page: int) -> InvoiceList:
        query = ListQuery(account=self._account, fields=frozenset(), page=page)
        return await self._source.list_invoices(query, self._operation)

    def _find_last(self, page: int, answer: InvoiceList) -> None:
        """Notes where the list ends: as the source says, else at an empty page, a repeated or a shorter one."""
        if answer.total_pages:
            self._last = answer.total_pages
        elif answer.has_next is not None:
            self._last = self._last if answer.has_next else page
        elif self._last is None:
            before, first = self._pages.get(page - 1), self._pages.get(1)
            is_repeated = before is not None and _ids(answer.invoices) <= _ids(before.invoices)
            is_shorter = first is not None and row_count(answer) < row_count(first)
            if not row_count(answer) or is_repeated or is_shorter:
                self._last = page

    def _check_lengths(self) -> None:
        """A page that is shorter than the others and not the last has lost rows. Raises SourceProtocolError."""
        longest = max(row_count(answer) for answer in self._pages.values())
        for page, answer in self._pages.items():
            is_last = self._last is None or page >= self._last
            if row_count(answer) < longest and (not is_last or (answer.total_pages and not row_count(answer))):
                raise SourceProtocolError(self._source.name, f"page {page} is shorter than the others")

    def _check_order(self, page: int) -> None:
        """Rows that are not newest first, across neighbouring pages too, end the trust in the list's order."""
        dates = [row.issue_date for row in self._rows(max(page - 1, 1), page + 1)]
        if any(day is None for day in dates) or any(
            earlier < later for earlier, later in pairwise(dates) if earlier and later
        ):
            self._is_ordered = False

    def _repeats_neighbour(self, page: int) -> bool:
        ids = _ids(self._pages[page].invoices)
        neighbours = (self._pages[near] for near in (page - 1, page + 1) if near in self._pages)
        return any(not ids.isdisjoint(_ids(answer.invoices)) for answer in neighbours)

    def _is_last(self, page: int) -> bool:
        return self._last is not None and page >= self._last

    def _rows(self, first: int, last: int) -> list[Invoice]:
        return without_repetition([self._pages[page] for page in range(first, last + 1) if page in self._pages])

    def _reached(self, first: int) -> int:
        page = first
        while page + 1 in self._pages:
            page += 1
        return page

    def _slice(self, start: Position, need: Need) -> Slice:
        first = start.page if self._is_ordered and need.order.is_newest_first and start.page > 0 else 1
        reached = self._reached(first)
        read = self._rows(first, reached)
        is_whole = self._is_last(reached) or (self._is_ordered and _is_past(need, read))
        head = self._head.invoices if self._head is not None and first == 1 else []
        matching = [row for row in _distinct([*head, *read]) if need.filter.holds(row)]
        rows = [] if start.page == EXHAUSTED else [row for row in matching if not start.has_given(row)]
        answers = list(self._pages.values())
        return Slice(
            invoices=need.order.sorted(rows),
            horizon=None if is_whole or not read else str(read[-1].issue_date),
            pages=self._page_numbers(first, reached),
            next_page=self._next_page(need, reached, is_whole=is_whole),
            total_count=self._total(matching, is_counted=first == 1 and is_whole) if need.count else None,
            ids=_ids(matching) if need.distinct and first == 1 and is_whole else None,
            fetched_at=oldest(answers),
            cache_status=worst(answers),
            notes=tuple(note for answer in answers for note in answer.notes),
        )

    def _next_page(self, need: Need, reached: int, *, is_whole: bool) -> int | None:
        if not need.order.is_newest_first:
            return None
        if not self._is_ordered:
            return READ_WHOLE
        return EXHAUSTED if is_whole else reached + 1

    def _page_numbers(self, first: int, reached: int) -> dict[str, int]:
        numbers: dict[str, int] = {}
        for page in range(first, reached + 1):
            for row in self._pages[page].invoices:
                numbers.setdefault(row.source_invoice_id, page)
        return numbers

    def _total(self, matching: list[Invoice], *, is_counted: bool) -> int | None:
        if is_counted:
            return len(matching)
        if self._last is None or self._last not in self._pages or 1 not in self._pages:
            return None
        return (self._last - 1) * row_count(self._pages[1]) + row_count(self._pages[self._last])


def _distinct(rows: list[Invoice]) -> list[Invoice]:
    return list({row.source_invoice_id: row for row in rows}.values())


def _ids(rows: list[Invoice]) -> frozenset[str]:
    return frozenset(row.source_invoice_id for row in rows)


def _is_past(need: Need, rows: list[Invoice]) -> bool:
    """Whether all that follows is older than the filter's first day."""
    first_day = need.filter.issue_date.from_
    last = rows[-1].issue_date if rows else None
    return first_day is not None and last is not None and last < first_day
