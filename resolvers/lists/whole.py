"""A list that its source hands out all at once; what it does not tell of an invoice may be looked up by id."""

from __future__ import annotations

from resolvers.lists.answers import count_note, look_up, notes_of, oldest, without_repetition, worst
from resolvers.lists.slice import Failure, Found, Need, Slice
from resolvers.model.completion import completed, needs_details
from resolvers.model.customer import Account
from resolvers.model.errors import SourceProtocolError
from resolvers.model.invoice import Invoice, Note
from resolvers.model.operation import Operation
from resolvers.model.requires import covers
from resolvers.model.source import InvoiceList, InvoiceSource, ListQuery


class WholeList:
    """Reads the list once and keeps it, and what was looked up."""

    def __init__(self, source: InvoiceSource, account: Account, operation: Operation) -> None:
        self._source, self._account, self._operation = source, account, operation
        self._answer: InvoiceList | None = None
        self._fields: frozenset[str] = frozenset()
        self._details: dict[str, Invoice] = {}
        self._detail_fields: frozenset[str] = frozenset()
        self._detail_answers: list[InvoiceList] = []
        self._unknown: frozenset[str] = frozenset()

    async def read(self, need: Need) -> Slice:
        """All invoices that meet the filter, in order; where the list tells too little for that, each is looked up.

        Those that a look-up does not know are left bare, and counted; with a filter that reads what it would have told,
        they are left out, and the list is not complete.
        """
        fields = need.fields | need.outline
        answers = [await self._all(fields)]
        rows = without_repetition(answers)
        bare = _ids(rows) if needs_details(self._source.capabilities, need.fields) else frozenset[str]()
        lost: tuple[Note, ...] = ()
        if needs_details(self._source.capabilities, need.outline):
            listed = _ids(rows)
            failure = await self._look_up(listed, fields)
            if failure is not None:
                raise failure
            answers += self._detail_answers
            bare, lost = listed & self._unknown, count_note(len(listed), len(listed - self._unknown))
            rows = [self._completed(row) for row in rows]
        rows = need.filter.select(rows)
        if lost and (unjudged := bare - _ids(rows)):
            lost = (Note("RECORD_DROPPED", actual=str(len(unjudged))),)
        return Slice(
            invoices=need.order.sorted(rows),
            total_count=len(rows),
            ids=_ids(rows) if need.distinct else None,
            fetched_at=oldest(answers),
            cache_status=worst(answers),
            bare=_ids(rows) & bare,
            notes=(*notes_of(answers), *lost),
        )

    async def find(self, ids: frozenset[str], fields: frozenset[str]) -> Found:
        """The invoices of these ids, looked up where the list does not hold them or does not tell enough.

        A listed one that its look-up does not know is a failure: its nulls would say that the source has no value.
        """
        capabilities = self._source.capabilities
        answer = await self._all(fields)
        listed = {row.source_invoice_id: row for row in answer.invoices if row.source_invoice_id in ids}
        missing = ids if needs_details(capabilities, fields) else ids - listed.keys()
        if not missing or not capabilities.ids_per_call:
            return Found(list(listed.values()))
        failure = await self._look_up(missing, fields)
        unlisted = [self._details[id_] for id_ in missing - listed.keys() if id_ in self._details]
        known = [self._completed(row) for id_, row in listed.items() if id_ not in missing or id_ in self._details]
        notes, lost = notes_of(self._detail_answers), listed.keys() - _ids(known)
        if failure is None and lost:
            failure = SourceProtocolError(self._source.name, "an invoice that was listed is not found by its id")
            return Found([*known, *unlisted], failure, notes, frozenset(lost))
        return Found([*known, *unlisted], failure, notes)

    async def _all(self, fields: frozenset[str]) -> InvoiceList:
        if self._answer is None or (self._source.capabilities.selects_fields and not covers(self._fields, fields)):
            query = ListQuery(account=self._account, fields=fields)
            self._answer = await self._source.list_invoices(query, self._operation)
            self._fields = fields
        return self._answer

    async def _look_up(self, ids: frozenset[str], fields: frozenset[str]) -> Failure | None:
        """Asks for those of the invoices that were not looked up with these fields before."""
        if not covers(self._detail_fields, fields):
            self._details, self._detail_answers, self._detail_fields = {}, [], fields
        missing = ids - self._details.keys() - self._unknown
        answers, failure = await look_up(self._source, self._account, missing, fields, self._operation)
        self._details |= {row.source_invoice_id: row for row in without_repetition(answers)}
        self._detail_answers += answers
        if failure is None:
            self._unknown |= missing - self._details.keys()
        return failure

    def _completed(self, listed: Invoice) -> Invoice:
        """The listed invoice, with what was looked up of it."""
        found = self._details.get(listed.source_invoice_id)
        return listed if found is None else completed(listed, found, self._source.capabilities)


def _ids(rows: list[Invoice]) -> frozenset[str]:
    return frozenset(row.source_invoice_id for row in rows)
