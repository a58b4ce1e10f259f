"""The pages of a list that were read: in which order, up to where, and whether they can be trusted."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from resolvers.lists.answers import sure_row_count, without_repetition
from resolvers.model.customer import Account
from resolvers.model.errors import SourceProtocolError
from resolvers.model.invoice import Invoice
from resolvers.model.operation import Operation
from resolvers.model.source import InvoiceList, InvoiceSource, ListQuery


class Pages:
    """Reads each page at most once; the first once more where the pages moved meanwhile.

    `answers` are those read so far. `last` is where the list ends, as far as that is known; `is_ordered` tells whether
    all rows that were seen are newest first, as the source promises.
    """

    def __init__(self, source: InvoiceSource, account: Account, operation: Operation) -> None:
        self._source, self._account, self._operation = source, account, operation
        self.answers: dict[int, InvoiceList] = {}
        self.last: int | None = None
        self.is_ordered = source.capabilities.lists_newest_first
        self._head: InvoiceList | None = None
        self._has_moved = False

    async def begin(self, page: int) -> None:
        """Fetches the page that reading begins with; those behind it count as unread where they were read before it."""
        if page not in self.answers:
            self.forget_from(page)
        await self.fetch(page)

    async def fetch_all(self, pages: range) -> None:
        """Fetches the pages side by side, or in turn once the list is seen to move: an invoice was added meanwhile.

        Side by side, a row can move from a page that is still to be answered to one that was answered before, and be
        seen on neither. So they are asked again in turn, where a row that moves on to the next page is seen twice.
        """
        again = pages if self._has_moved else pages[1:]
        if not self._has_moved:
            await asyncio.gather(*(self.fetch(page) for page in pages))
        if self._has_moved:
            self.forget_from(again.start)
            for page in again:
                await self.fetch(page)

    async def fetch(self, page: int) -> None:
        """Asks for the page, unless it was read, or there is none. Raises SourceError or CallBudgetExceeded."""
        if page in self.answers or (self.last is not None and page > max(self.last, 1)):
            return
        answer = await self._ask(page)
        self.answers[page] = answer
        self._find_last(page, answer)
        self._check_lengths()
        self._check_order(page)
        if not self._has_moved and self._has_other_pages(page):
            self._has_moved = True
            if page > 1 and 1 in self.answers:
                self._head = await self._ask(1)
                self._check_order(1)

    def forget_from(self, page: int) -> None:
        """Takes this page and those behind it as unread."""
        self.answers = {number: answer for number, answer in self.answers.items() if number < page}
        if self.last is not None and self.last >= page:
            self.last = None

    def is_last(self, page: int) -> bool:
        """Whether the list is known to end with this page."""
        return self.last is not None and page >= self.last

    def rows(self, first: int, last: int) -> list[Invoice]:
        """The invoices of these pages, as far as they were read, each once."""
        pages = [self.answers[page] for page in range(first, last + 1) if page in self.answers]
        return without_repetition([self._head, *pages] if self._head is not None and first == 1 else pages)

    def reached(self, first: int) -> int:
        """The last page up to which all were read, from this one on."""
        page = first
        while page + 1 in self.answers:
            page += 1
        return page

    def numbers(self, first: int, reached: int) -> dict[str, int]:
        """On which of these pages each invoice stood first."""
        numbers: dict[str, int] = {}
        for page in range(first, reached + 1):
            for row in self.rows(page, page):
                numbers.setdefault(row.source_invoice_id, page)
        return numbers

    def length(self) -> int | None:
        """How long the list is by its first and its last page; None where one is unread or has lost rows on its way."""
        first, last = self.answers.get(1), self.answers.get(self.last or 0)
        if self.last is None or first is None or last is None or not first.total_pages:
            return None
        if any(answer.rows_sent != len(answer.invoices) for answer in (first, last)):
            return None
        return (self.last - 1) * first.rows_sent + last.rows_sent

    async def _ask(self, page: int) -> InvoiceList:
        query = ListQuery(account=self._account, fields=frozenset(), page=page)
        return await self._source.list_invoices(query, self._operation)

    def _find_last(self, page: int, answer: InvoiceList) -> None:
        """Notes where the list ends: as the source says, else at a shorter page, an empty or a repeated one."""
        if answer.total_pages:
            self.last = answer.total_pages
        elif answer.has_next is not None:
            self.last = self.last if answer.has_next else page
        elif self.last is None:
            before = [sure_row_count(other) for number, other in self.answers.items() if number < page]
            if answer.rows_sent < max(before, default=0) or self._is_behind_the_end(page):
                self.last = page
        while self.last is not None and self.last > 1 and self._is_behind_the_end(self.last):
            self.last -= 1

    def _is_behind_the_end(self, page: int) -> bool:
        """Whether there is no such page, which a source says with an empty one or with the one before it once more."""
        answer, before = self.answers.get(page), self.answers.get(page - 1)
        if answer is None or answer.total_pages:
            return False
        is_repeated = (
            before is not None and answer.has_next is None and ids_of(answer.invoices) <= ids_of(before.invoices)
        )
        return is_repeated or not answer.rows_sent

    def _check_lengths(self) -> None:
        """A page that is shorter than the others and not the last has lost rows. Raises SourceProtocolError."""
        longest = max(sure_row_count(answer) for answer in self.answers.values())
        for page, answer in self.answers.items():
            last = longest and (answer.total_pages or self.last or 0)  # when this page was read
            is_empty_last = page == last and answer.total_pages and not answer.rows_sent
            if is_empty_last or (page < last and answer.rows_sent < longest):
                raise SourceProtocolError(self._source.name, f"page {page} is shorter than the others")

    def _check_order(self, page: int) -> None:
        """Rows that are not newest first, across neighbouring pages too, end the trust in the list's order."""
        dates = [row.issue_date for row in self.rows(max(page - 1, 1), page + 1)]
        if any(day is None for day in dates) or any(
            earlier < later for earlier, later in pairwise(dates) if earlier and later
        ):
            self.is_ordered = False

    def _has_other_pages(self, page: int) -> bool:
        """Whether the pages moved between two calls: there are not as many, or an invoice is on the next one, too."""
        if self.answers[page].total_pages != self.answers[min(self.answers)].total_pages:
            return True
        ids = ids_of(self.answers[page].invoices)
        neighbours = (near for near in (page - 1, page + 1) if near in self.answers)
        return any(
            not ids.isdisjoint(ids_of(self.answers[near].invoices))
            for near in neighbours
            if self.last is None or max(near, page) <= self.last
        )


def ids_of(rows: list[Invoice]) -> frozenset[str]:
    """The invoices' own identifiers at their source."""
    return frozenset(row.source_invoice_id for row in rows)
