"""A list in pages of the source's own size, newest first: read as far as needed, or whole where that is not enough."""

from __future__ import annotations

from datetime import date
from math import ceil

from resolvers.lists.answers import notes_of, oldest, worst
from resolvers.lists.pages import Pages, ids_of
from resolvers.lists.slice import EXHAUSTED, READ_WHOLE, Found, Need, Position, Slice, short
from resolvers.model.customer import Account
from resolvers.model.errors import CallBudgetExceeded, ListTooLong, SourceError
from resolvers.model.invoice import Invoice
from resolvers.model.operation import Operation
from resolvers.model.source import FURTHEST_PAGE, InvoiceSource


class NumberedList:
    """Reads as many pages as are needed."""

    def __init__(self, source: InvoiceSource, account: Account, operation: Operation) -> None:
        self._source, self._operation = source, operation
        self._pages = Pages(source, account, operation)

    async def read(self, need: Need) -> Slice:
        """The newest invoices that meet the need; all of them for another order or a count that needs each row."""
        start = need.start or Position(1)
        self._pages.is_ordered = self._pages.is_ordered and not start.is_disordered
        if start.page == EXHAUSTED and not need.count:
            return Slice(invoices=[], next_page=EXHAUSTED)
        needs_all = need.of_all is not None or (need.count and (need.distinct or bool(need.filter.fields())))
        reads_ahead = need.order.is_newest_first and start.page != READ_WHOLE and not needs_all
        if reads_ahead and self._pages.is_ordered and start.page != EXHAUSTED:
            await self._read_ahead(start, need)
        if reads_ahead and self._pages.is_ordered and need.count:
            await self._read_ends()
        if not reads_ahead or not self._pages.is_ordered:
            await self._read_all()
        return self._slice(start, need)

    async def find(self, ids: frozenset[str], fields: frozenset[str]) -> Found:
        """The invoices of these ids, walking from the newest; the failure is CallBudgetExceeded beyond page 50."""
        failure = None
        try:
            await self._walk(ids)
        except (SourceError, CallBudgetExceeded) as error:
            failure = error
        read = self._pages.rows(1, self._pages.reached(1))
        return Found([row for row in read if row.source_invoice_id in ids], failure)

    async def _walk(self, ids: frozenset[str]) -> None:
        await self._pages.begin(1)
        for page in range(1, FURTHEST_PAGE + 1):
            await self._pages.fetch(page)
            if self._pages.is_last(page) or ids <= ids_of(self._pages.rows(1, page)):
                return
        raise CallBudgetExceeded(f"The invoice is not on the newest {FURTHEST_PAGE} pages of its account.")

    async def _read_ahead(self, start: Position, need: Need) -> None:
        page = start.page
        await self._pages.begin(page)
        if start.is_unread and any(start.is_older_than(row) for row in self._pages.rows(page, page)):
            await self._pages.fetch(page - 1)  # which tells rows that moved from rows that are out of order
            if not self._pages.is_ordered or not self._has_last_given(start):
                self._pages.forget_from(page)
                await self._pages.fetch(page)
        page = self._pages.reached(page)
        while self._pages.is_ordered and not self._pages.is_last(page):
            rows = self._pages.rows(start.page, page)
            missing = need.least - sum(1 for row in rows if need.filter.holds(row) and not start.has_given(row))
            if _is_past(need, rows) or (missing <= 0 and page - start.page + 1 >= need.pages):
                return
            ahead = 1
            if missing > 0 and self._pages.last is not None and not need.filter.fields():
                ahead = min(ceil(missing / max(self._pages.answers[page].rows_sent, 1)), self._pages.last - page)
            await self._pages.fetch_all(range(page + 1, page + ahead + 1))
            page += ahead

    def _has_last_given(self, start: Position) -> bool:
        """Whether one of those given out last is in sight; else it moved between the calls for these two pages."""
        return any(short(row.source_invoice_id) in start.ids for row in self._pages.rows(start.page - 1, start.page))

    async def _read_ends(self) -> None:
        """Reads what tells the list's length: its first and its last page, or all where these two cannot."""
        await self._pages.fetch(1)
        if self._pages.answers[1].total_pages:
            await self._pages.fetch(self._pages.last or 1)
        if self._pages.length() is None:
            await self._read_all()

    async def _read_all(self) -> None:
        """Reads each page. Raises ListTooLong, before a second call, where not even this list alone could be read."""
        await self._pages.begin(1)
        if self._pages.last is not None:
            most = self._operation.call_budget
            if self._pages.last > most:
                raise ListTooLong(
                    self._source.name, f"{self._pages.last} pages, and an operation may make {most} calls"
                )
            await self._pages.fetch_all(range(2, self._pages.last + 1))
        page = 1
        while not self._pages.is_last(page):
            page += 1
            await self._pages.fetch(page)

    def _slice(self, start: Position, need: Need) -> Slice:
        first = start.page if self._pages.is_ordered and need.order.is_newest_first and start.page > 0 else 1
        reached = self._pages.reached(first)
        read = self._pages.rows(first, reached) if start.page != EXHAUSTED else []
        is_past = self._pages.is_ordered and _is_past(need, read)
        is_whole = start.page == EXHAUSTED or self._pages.is_last(reached) or is_past
        late, passed = self._late(start), self._passed(start)
        rows = [row for row in need.filter.select(read) if not start.has_given(row, late, passed)]
        counted = self._counted(need)
        answers = [*self._pages.answers.values()]
        return Slice(
            invoices=need.order.sorted(rows),
            horizon=None if is_whole else str(read[-1].issue_date if read else date.max),
            pages=self._pages.numbers(first, reached),
            next_page=self._next_page(need, start, reached, is_whole=is_whole),
            total_count=None if not need.count else self._pages.length() if counted is None else len(counted),
            ids=counted if need.distinct else None,
            fetched_at=oldest(answers),
            cache_status=worst(answers),
            notes=notes_of(answers),
        )

    def _late(self, start: Position) -> frozenset[str]:
        """The rows behind an older one, from where reading goes on: that their day is newer does not mean given out.

        Empty while the list is in order.
        """
        if start.date is None or self._pages.is_ordered:
            return frozenset()
        reached = self._pages.reached(1)
        pages, late, oldest_day = self._pages.numbers(1, reached), set(), date.max
        for row in self._pages.rows(1, reached):
            if row.issue_date is not None:
                if row.issue_date > oldest_day and pages.get(row.source_invoice_id, 1) >= start.page:
                    late.add(row.source_invoice_id)
                oldest_day = min(oldest_day, row.issue_date)
        return frozenset(late)

    def _passed(self, start: Position) -> frozenset[str]:
        """The rows on pages before the one where reading goes on: those of its day were all given out.

        Empty while the list is in order, for then these pages are not read.
        """
        if start.date is None or self._pages.is_ordered:
            return frozenset()
        return ids_of(self._pages.rows(1, start.page - 1))

    def _next_page(self, need: Need, start: Position, reached: int, *, is_whole: bool) -> int | None:
        if not need.order.is_newest_first:
            return None
        if not self._pages.is_ordered or start.page == READ_WHOLE:
            return READ_WHOLE
        return EXHAUSTED if is_whole else reached + 1

    def _counted(self, need: Need) -> frozenset[str] | None:
        """All that meet the filter, where all was read."""
        reached = self._pages.reached(1)
        if 1 not in self._pages.answers or not self._pages.is_last(reached):
            return None
        return ids_of(need.filter.select(self._pages.rows(1, reached)))


def _is_past(need: Need, rows: list[Invoice]) -> bool:
    """Whether all that follows is older than the filter's first day."""
    first_day = need.filter.issue_date.from_
    last = rows[-1].issue_date if rows else None
    return first_day is not None and last is not None and last < first_day
