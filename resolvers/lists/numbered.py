"""A list in pages of the source's own size, newest first: read as far as needed, or whole where that is not enough."""

from __future__ import annotations

import asyncio
from datetime import date
from itertools import pairwise
from math import ceil

from resolvers.lists.answers import notes_of, oldest, row_count, sure_row_count, without_repetition, worst
from resolvers.lists.slice import EXHAUSTED, READ_WHOLE, Found, Need, Position, Slice, short
from resolvers.model.customer import Account
from resolvers.model.errors import CallBudgetExceeded, ListTooLong, SourceError, SourceProtocolError
from resolvers.model.invoice import Invoice
from resolvers.model.operation import Operation
from resolvers.model.source import FURTHEST_PAGE, InvoiceList, InvoiceSource, ListQuery


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
        self._is_ordered = self._is_ordered and not start.is_disordered
        if start.page == EXHAUSTED and not need.count:
            return Slice(invoices=[], next_page=EXHAUSTED)
        needs_all = need.of_all is not None or (need.count and (need.distinct or bool(need.filter.fields())))
        reads_ahead = need.order.is_newest_first and start.page != READ_WHOLE and not needs_all
        if reads_ahead and self._is_ordered and start.page != EXHAUSTED:
            await self._read_ahead(start, need)
        if reads_ahead and self._is_ordered and need.count:
            await self._read_ends()
        if not reads_ahead or not self._is_ordered:
            await self._read_all()
        return self._slice(start, need)

    async def find(self, ids: frozenset[str], fields: frozenset[str]) -> Found:
        """The invoices of these ids, walking from the newest; the failure is CallBudgetExceeded beyond page 50."""
        failure = None
        try:
            await self._walk(ids)
        except (SourceError, CallBudgetExceeded) as error:
            failure = error
        return Found([row for row in self._rows(1, self._reached(1)) if row.source_invoice_id in ids], failure)

    async def _walk(self, ids: frozenset[str]) -> None:
        await self._begin(1)
        for page in range(1, FURTHEST_PAGE + 1):
            await self._fetch(page)
            if self._is_last(page) or ids <= _ids(self._rows(1, page)):
                return
        raise CallBudgetExceeded(f"The invoice is not on the newest {FURTHEST_PAGE} pages of its account.")

    async def _read_ahead(self, start: Position, need: Need) -> None:
        page = start.page
        await self._begin(page)
        if start.is_unread and any(_is_newer(row, start) for row in self._rows(page, page)):
            await self._fetch(page - 1)  # which tells rows that moved from rows that are out of order
            if not self._is_ordered or not self._has_last_given(start):
                self._forget_from(page)
                await self._fetch(page)
        page = self._reached(page)
        while self._is_ordered and not self._is_last(page):
            rows = self._rows(start.page, page)
            missing = need.least - sum(1 for row in rows if need.filter.holds(row) and not start.has_given(row))
            if _is_past(need, rows) or (missing <= 0 and page - start.page + 1 >= need.pages):
                return
            ahead = 1
            if missing > 0 and self._last is not None and not need.filter.fields():
                ahead = min(ceil(missing / max(row_count(self._pages[page]), 1)), self._last - page)
            await self._fetch_all(range(page + 1, page + ahead + 1))
            page += ahead

    def _has_last_given(self, start: Position) -> bool:
        """Whether one of those given out last is in sight; else it moved between the calls for these two pages."""
        return any(short(row.source_invoice_id) in start.ids for row in self._rows(start.page - 1, start.page))

    async def _read_ends(self) -> None:
        """Reads what tells the list's length: its first and its last page, or all where these two cannot."""
        await self._fetch(1)
        if self._pages[1].total_pages:
            await self._fetch(self._last or 1)
        if self._length() is None:
            await self._read_all()

    async def _read_all(self) -> None:
        """Reads each page. Raises ListTooLong, before a second call, where not even this list alone could be read."""
        await self._begin(1)
        if self._last is not None:
            most = self._operation.call_budget
            if self._last > most:
                raise ListTooLong(self._source.name, f"{self._last} pages, and an operation may make {most} calls")
            await self._fetch_all(range(2, self._last + 1))
        page = 1
        while not self._is_last(page):
            page += 1
            await self._fetch(page)

    async def _begin(self, page: int) -> None:
        """Fetches the page that reading begins with; those behind it count as unread where they were read before it."""
        if page not in self._pages:
            self._forget_from(page)
        await self._fetch(page)

    async def _fetch_all(self, pages: range) -> None:
        """Fetches the pages side by side, or in turn where the list moves: those asked for at once are asked again.

        A row that moves on to a page that is read later is seen twice; on to one that was read before, never.
        """
        again = pages if self._has_moved else pages[1:]
        if not self._has_moved:
            await asyncio.gather(*(self._fetch(page) for page in pages))
        if self._has_moved:
            self._forget_from(again.start)
            for page in again:
                await self._fetch(page)

    async def _fetch(self, page: int) -> None:
        if page in self._pages or (self._last is not None and page > max(self._last, 1)):
            return
        answer = await self._ask(page)
        self._pages[page] = answer
        self._find_last(page, answer)
        self._check_lengths()
        self._check_order(page)
        if not self._has_moved and self._has_other_pages(page):
            self._has_moved = True
            if page > 1 and 1 in self._pages:
                self._head = await self._ask(1)
                self._check_order(1)

    def _forget_from(self, page: int) -> None:
        self._pages = {number: answer for number, answer in self._pages.items() if number < page}
        if self._last is not None and self._last >= page:
            self._last = None

    async def _ask(self, page: int) -> InvoiceList:
        query = ListQuery(account=self._account, fields=frozenset(), page=page)
        return await self._source.list_invoices(query, self._operation)

    def _find_last(self, page: int, answer: InvoiceList) -> None:
        """Notes where the list ends: as the source says, else at a shorter page, an empty or a repeated one."""
        if answer.total_pages:
            self._last = answer.total_pages
        elif answer.has_next is not None:
            self._last = self._last if answer.has_next else page
        elif self._last is None:
            before = [sure_row_count(other) for number, other in self._pages.items() if number < page]
            if row_count(answer) < max(before, default=0) or self._is_behind_the_end(page):
                self._last = page
        while self._last is not None and self._last > 1 and self._is_behind_the_end(self._last):
            self._last -= 1

    def _is_behind_the_end(self, page: int) -> bool:
        """Whether there is no such page, which a source says with an empty one or with the one before it once more."""
        answer, before = self._pages.get(page), self._pages.get(page - 1)
        if answer is None or answer.total_pages:
            return False
        is_repeated = before is not None and answer.has_next is None and _ids(answer.invoices) <= _ids(before.invoices)
        return is_repeated or not row_count(answer)

    def _check_lengths(self) -> None:
        """A page that is shorter than the others and not the last has lost rows. Raises SourceProtocolError."""
        longest = max(sure_row_count(answer) for answer in self._pages.values())
        for page, answer in self._pages.items():
            last = longest and (answer.total_pages or self._last or 0)  # when this page was read
            is_empty_last = page == last and answer.total_pages and not row_count(answer)
            if is_empty_last or (page < last and row_count(answer) < longest):
                raise SourceProtocolError(self._source.name, f"page {page} is shorter than the others")

    def _check_order(self, page: int) -> None:
        """Rows that are not newest first, across neighbouring pages too, end the trust in the list's order."""
        dates = [row.issue_date for row in self._rows(max(page - 1, 1), page + 1)]
        if any(day is None for day in dates) or any(
            earlier < later for earlier, later in pairwise(dates) if earlier and later
        ):
            self._is_ordered = False

    def _has_other_pages(self, page: int) -> bool:
        """Whether the pages moved between two calls: there are not as many, or an invoice is on the next one, too."""
        if self._pages[page].total_pages != self._pages[min(self._pages)].total_pages:
            return True
        ids = _ids(self._pages[page].invoices)
        neighbours = (near for near in (page - 1, page + 1) if near in self._pages)
        return any(
            not ids.isdisjoint(_ids(self._pages[near].invoices))
            for near in neighbours
            if self._last is None or max(near, page) <= self._last
        )

    def _is_last(self, page: int) -> bool:
        return self._last is not None and page >= self._last

    def _rows(self, first: int, last: int) -> list[Invoice]:
        pages = [self._pages[page] for page in range(first, last + 1) if page in self._pages]
        return without_repetition([self._head, *pages] if self._head is not None and first == 1 else pages)

    def _reached(self, first: int) -> int:
        page = first
        while page + 1 in self._pages:
            page += 1
        return page

    def _slice(self, start: Position, need: Need) -> Slice:
        first = start.page if self._is_ordered and need.order.is_newest_first and start.page > 0 else 1
        reached = self._reached(first)
        read = self._rows(first, reached) if start.page != EXHAUSTED else []
        is_past = self._is_ordered and _is_past(need, read)
        is_whole = start.page == EXHAUSTED or self._is_last(reached) or is_past
        late, passed = self._late(start), self._passed(start)
        rows = [row for row in need.filter.select(read) if not start.has_given(row, late, passed)]
        counted = self._counted(need)
        answers = list(self._pages.values())
        return Slice(
            invoices=need.order.sorted(rows),
            horizon=None if is_whole else str(read[-1].issue_date if read else date.max),
            pages=self._page_numbers(first, reached),
            next_page=self._next_page(need, start, reached, is_whole=is_whole),
            total_count=None if not need.count else self._length() if counted is None else len(counted),
            ids=counted if need.distinct else None,
            fetched_at=oldest(answers),
            cache_status=worst(answers),
            notes=notes_of(answers),
        )

    def _late(self, start: Position) -> frozenset[str]:
        """The invoices behind an older one on pages that were still to be read: none was given out for its day."""
        if start.date is None or self._is_ordered:
            return frozenset()
        reached = self._reached(1)
        pages, late, oldest = self._page_numbers(1, reached), set(), date.max
        for row in self._rows(1, reached):
            if row.issue_date is not None:
                if row.issue_date > oldest and pages.get(row.source_invoice_id, 1) >= start.page:
                    late.add(row.source_invoice_id)
                oldest = min(oldest, row.issue_date)
        return frozenset(late)

    def _passed(self, start: Position) -> frozenset[str]:
        """The invoices on pages before the one where reading goes on: of its day all were given out."""
        if start.date is None or self._is_ordered:
            return frozenset()
        return _ids(self._rows(1, start.page - 1))

    def _next_page(self, need: Need, start: Position, reached: int, *, is_whole: bool) -> int | None:
        if not need.order.is_newest_first:
            return None
        if not self._is_ordered or start.page == READ_WHOLE:
            return READ_WHOLE
        return EXHAUSTED if is_whole else reached + 1

    def _page_numbers(self, first: int, reached: int) -> dict[str, int]:
        numbers: dict[str, int] = {}
        for page in range(first, reached + 1):
            for row in self._rows(page, page):
                numbers.setdefault(row.source_invoice_id, page)
        return numbers

    def _counted(self, need: Need) -> frozenset[str] | None:
        """All that meet the filter, where all was read."""
        reached = self._reached(1)
        if 1 not in self._pages or not self._is_last(reached):
            return None
        return _ids(need.filter.select(self._rows(1, reached)))

    def _length(self) -> int | None:
        """How long the list is by its first and its last page; None where one is unread or has lost rows on its way."""
        first, last = self._pages.get(1), self._pages.get(self._last or 0)
        if self._last is None or first is None or last is None or not first.total_pages:
            return None
        if any(row_count(answer) != len(answer.invoices) for answer in (first, last)):
            return None
        return (self._last - 1) * row_count(first) + row_count(last)


def _ids(rows: list[Invoice]) -> frozenset[str]:
    return frozenset(row.source_invoice_id for row in rows)


def _is_newer(row: Invoice, start: Position) -> bool:
    return start.date is not None and row.issue_date is not None and row.issue_date.isoformat() > start.date


def _is_past(need: Need, rows: list[Invoice]) -> bool:
    """Whether all that follows is older than the filter's first day."""
    first_day = need.filter.issue_date.from_
    last = rows[-1].issue_date if rows else None
    return first_day is not None and last is not None and last < first_day
