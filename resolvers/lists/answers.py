"""What several answers of one source say together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from operator import attrgetter

from resolvers.lists.slice import Failure
from resolvers.model.customer import Account
from resolvers.model.errors import CallBudgetExceeded, SourceError
from resolvers.model.freshness import least_fresh
from resolvers.model.invoice import CacheStatus, Invoice, Note
from resolvers.model.operation import Operation
from resolvers.model.source import FindQuery, InvoiceList, InvoiceSource
from resolvers.ownership import names_somebody_else

_ID = attrgetter("source_invoice_id")
_FETCHED_AT = attrgetter("fetched_at")
_STATUS = attrgetter("cache_status")
_NOTES = attrgetter("notes")


def without_repetition(lists: Iterable[InvoiceList]) -> list[Invoice]:
    """The rows of several answers, each invoice once, in the order of their first appearance."""
    rows = [row for answer in lists for row in answer.invoices]
    if len(set(map(_ID, rows))) == len(rows):
        return rows
    seen: dict[str, Invoice] = {}
    for row in rows:
        seen.setdefault(row.source_invoice_id, row)
    return list(seen.values())


def oldest(lists: list[InvoiceList]) -> datetime | None:
    """When the oldest of several answers was fetched; None where there is none."""
    return min(map(_FETCHED_AT, lists), default=None)


def worst(lists: list[InvoiceList]) -> CacheStatus:
    """The least fresh status of several answers."""
    return least_fresh(map(_STATUS, lists))


def notes_of(lists: Iterable[InvoiceList]) -> tuple[Note, ...]:
    """What several answers say about themselves."""
    return tuple(chain.from_iterable(map(_NOTES, lists)))


def count_note(listed: int, found: int) -> tuple[Note, ...]:
    """RECORD_COUNT_MISMATCH where not all that are listed were found."""
    return () if found == listed else (Note("RECORD_COUNT_MISMATCH", expected=str(listed), actual=str(found)),)


def sure_row_count(answer: InvoiceList) -> int:
    """How many rows are the account's own beyond doubt: each once, without those that name another customer.

    Where all of them do, that is by design, and all count.
    """
    return sum(1 for row in answer.invoices if not names_somebody_else(row)) or len(answer.invoices)


async def look_up(
    source: InvoiceSource, account: Account, ids: Iterable[str], fields: frozenset[str], operation: Operation
) -> tuple[list[InvoiceList], Failure | None]:
    """The answers to as few calls as the source's batches allow, and the first failure among them."""
    ordered, at_once = sorted(ids), max(source.capabilities.ids_per_call, 1)
    queries = [
        FindQuery(account=account, fields=fields, ids=tuple(ordered[start : start + at_once]))
        for start in range(0, len(ordered), at_once)
    ]
    results = await asyncio.gather(
        *(source.find_invoices(query, operation) for query in queries), return_exceptions=True
    )
    answers = [result for result in results if isinstance(result, InvoiceList)]
    failures: list[Failure] = []
    for result in results:
        if isinstance(result, SourceError | CallBudgetExceeded):
            failures.append(result)
        elif isinstance(result, BaseException):
            raise result
    return answers, next(iter(failures), None)
