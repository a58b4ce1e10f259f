"""A list that its source hands out by offset and limit, with chosen fields, in no promised order.

A small list comes whole in one call. Of a large one the ids and sort keys come first, and the bodies of one page later,
by id. How large it is, the index or an earlier answer tells; an unknown one is taken for small.
"""

from __future__ import annotations

from collections.abc import MutableMapping

from resolvers.lists.answers import count_note, look_up, notes_of, oldest, without_repetition, worst
from resolvers.lists.slice import Found, Need, Slice
from resolvers.model.customer import Account
from resolvers.model.invoice import Invoice, InvoiceType, Note
from resolvers.model.operation import Operation
from resolvers.model.requires import covers
from resolvers.model.source import InvoiceList, InvoiceSource, ListQuery

SMALL_LIST = 100
"""A list of at most so many invoices is asked for whole."""


class WindowList:
    """Reads what is needed in the fewest calls. `sizes` remembers the lengths of lists by account id."""

    def __init__(
        self,
        source: InvoiceSource,
        account: Account,
        operation: Operation,
        *,
        types: frozenset[InvoiceType],
        sizes: MutableMapping[str, int],
    ) -> None:
        self._source, self._account, self._operation = source, account, operation
        self._types, self._sizes = types, sizes
        self._answers: list[InvoiceList] = []
        self._fields: frozenset[str] | None = None
        self._bodies: dict[str, Invoice] = {}
        self._body_fields: frozenset[str] = frozenset()
        self._total: int | None = None

    async def read(self, need: Need) -> Slice:
        """All rows that meet the filter, in order; of a large list only their outline."""
        is_unread = need.of_all is None and not need.want and not need.distinct
        if is_unread and not need.filter.fields(types_pushed_down=bool(self._types)):
            return await self._probe(need)
        await self._read_rows(need)
        rows = need.filter.select(self._with_bodies(without_repetition(self._answers), need))
        return self._slice(need, need.order.sorted(rows), total_count=len(rows))

    async def find(self, ids: frozenset[str], fields: frozenset[str]) -> Found:
        """The invoices of these ids: of those read already, else asked for by id."""
        if self._fields is not None and covers(self._fields, fields):
            return Found([row for row in without_repetition(self._answers) if row.source_invoice_id in ids])
        known = self._bodies if covers(self._body_fields, fields) else {}
        answers, failure = await look_up(self._source, self._account, ids - known.keys(), fields, self._operation)
        found = [known[id_] for id_ in sorted(ids & known.keys())]
        found += without_repetition(answers)
        listed = ids & {row.source_invoice_id for row in without_repetition(self._answers)}
        lost = count_note(len(listed), len(listed & {row.source_invoice_id for row in found}))
        return Found(found, failure, (*notes_of(answers), *(() if failure else lost)))

    async def _probe(self, need: Need) -> Slice:
        """The count, or only whether the source answers: one id at most."""
        if not self._answers:
            answer = await self._ask(frozenset(), offset=0, limit=1)
            self._note_total(answer.total_count)
            self._answers, self._fields = [answer], None
        return self._slice(need, [], total_count=self._total)

    async def _read_rows(self, need: Need) -> None:
        """Makes the whole list known: with all that is needed where it is small, else as an outline."""
        outline = need.outline
        if self._fields is not None and covers(self._fields, outline):
            return
        outline |= need.beside
        everything = need.fields | outline
        small = max(SMALL_LIST, need.want)
        if self._expected_size() <= small and not covers(outline, everything):
            answer = await self._ask(everything, offset=0, limit=small)
            self._note_total(answer.total_count)
            rows = answer.rows_sent
            if rows < small if answer.total_count is None else rows >= answer.total_count:
                self._answers, self._fields = [answer], everything
                return
            self._bodies = {row.source_invoice_id: row for row in answer.invoices}
            self._body_fields = everything
        self._answers, self._fields = await self._read_outline(outline), outline

    async def _read_outline(self, fields: frozenset[str]) -> list[InvoiceList]:
        """All rows with just these fields; in one call, or as many as the source's own limit makes it."""
        answers = [await self._ask(fields, offset=0, limit=None)]
        read = answers[0].rows_sent
        self._note_total(answers[0].total_count)
        while answers[-1].rows_sent and read < (answers[-1].total_count or 0):
            answers.append(await self._ask(fields, offset=read, limit=None))
            read += answers[-1].rows_sent
        return answers

    async def _ask(self, fields: frozenset[str], *, offset: int, limit: int | None) -> InvoiceList:
        query = ListQuery(account=self._account, fields=fields, offset=offset, limit=limit, types=self._types)
        return await self._source.list_invoices(query, self._operation)

    def _expected_size(self) -> int:
        known = self._total if self._total is not None else self._sizes.get(self._account.id)
        return max(self._account.known_invoices, known or 0)

    def _note_total(self, total: int | None) -> None:
        self._total = total
        if total is not None and not self._types:
            self._sizes[self._account.id] = total

    def _with_bodies(self, rows: list[Invoice], need: Need) -> list[Invoice]:
        """The rows, as far as they are known with all that is needed in place of their outlines."""
        if not covers(self._body_fields, need.fields):
            return rows
        return [self._bodies.get(row.source_invoice_id, row) for row in rows]

    def _slice(self, need: Need, rows: list[Invoice], *, total_count: int | None) -> Slice:
        return Slice(
            invoices=rows,
            bare=self._bare(need, rows),
            total_count=total_count,
            ids=frozenset(row.source_invoice_id for row in rows) if need.distinct else None,
            fetched_at=oldest(self._answers),
            cache_status=worst(self._answers),
            notes=(*notes_of(self._answers), *self._miscount()),
        )

    def _bare(self, need: Need, rows: list[Invoice]) -> frozenset[str]:
        """The ids of those of the rows that are not known with all that is needed."""
        if self._fields is not None and covers(self._fields, need.fields):
            return frozenset()
        known = self._bodies.keys() if covers(self._body_fields, need.fields) else frozenset[str]()
        return frozenset(row.source_invoice_id for row in rows) - known

    def _miscount(self) -> tuple[Note, ...]:
        """RECORD_COUNT_MISMATCH where the source's count and its rows differ."""
        if self._fields is None or self._total is None:
            return ()
        return count_note(self._total, sum(answer.rows_sent for answer in self._answers))
