"""Finds out which invoices a source has that cannot list them, number by number; goes on where it stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from resolvers.model.crawling import CrawlableSource, CrawlLog, IdentifiedInvoice
from resolvers.model.errors import SourceError
from resolvers.model.operation import Operation

_AT_ONCE = 100
"""So many numbers are kept together: what is lost at most when the crawl is broken off."""
_CALL_SECONDS = 60.0


@dataclass(slots=True)
class CrawlReport:
    """What a crawl came to: numbers asked, invoices found, numbers known before, new in the index; why it stopped."""

    asked: int = 0
    found: int = 0
    known: int = 0
    indexed: int = 0
    failure: SourceError | None = None


async def crawl(
    name: str,
    source: CrawlableSource,
    log: CrawlLog,
    numbers: range,
    *,
    concurrency: int,
    progress: Callable[[int], None] = lambda _: None,
) -> CrawlReport:
    """Asks for every number that is not known yet, a bounded number at once, and stops at the first failure.

    A number without an invoice is not asked for again, unless it lies behind the greatest one that exists: there new
    invoices appear. `progress` is told how many numbers are done.
    """
    known = await log.known(name)
    newest = max((int(id_) for id_, exists in known.items() if exists), default=0)
    todo = [number for number in numbers if not _is_settled(known, number, newest)]
    report = CrawlReport(known=len(numbers) - len(todo))
    progress(report.known)
    for batch in _batches(todo):
        found, report.failure = await _ask(source, batch, concurrency)
        await log.note(name, found)
        report.asked += len(found)
        report.found += sum(1 for invoice in found if invoice.account_key is not None)
        progress(len(found))
        if report.failure is not None:
            break
    report.indexed = await log.publish(name, is_complete=report.failure is None)
    return report


def _is_settled(known: dict[str, bool], number: int, newest: int) -> bool:
    exists = known.get(str(number))
    return exists is not None and (exists or number < newest)


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]


async def _ask(
    source: CrawlableSource, numbers: Sequence[int], concurrency: int
) -> tuple[list[IdentifiedInvoice], SourceError | None]:
    places = asyncio.Semaphore(concurrency)

    async def identify(number: int) -> IdentifiedInvoice | SourceError:
        async with places:
            operation = Operation(0)
            operation.deadline = operation.clock() + _CALL_SECONDS
            try:
                return await source.identify_invoice(str(number), operation)
            except SourceError as failure:
                return failure

    results = await asyncio.gather(*(identify(number) for number in numbers))
    found = [result for result in results if isinstance(result, IdentifiedInvoice)]
    return found, next((result for result in results if isinstance(result, SourceError)), None)
