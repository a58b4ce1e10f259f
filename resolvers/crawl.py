"""Finds out which invoices a source has that cannot list them, number by number; goes on where it stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from resolvers.model.crawling import CrawlableSource, CrawlLog, IdentifiedInvoice
from resolvers.model.errors import SourceError, SourceProtocolError, SourceRejected
from resolvers.model.operation import Operation

_AT_ONCE = 100
"""So many numbers are kept together: what is lost at most when the crawl is broken off."""
_CALL_SECONDS = 60.0


@dataclass(slots=True)
class CrawlReport:
    """What a crawl came to: numbers asked, invoices found, numbers known before, new in the index.

    `unreadable` are numbers whose answer cannot be read, `failure` is why it stopped, if it did. `never_asked` are the
    first numbers in a gap between this crawl's and those of earlier ones.
    """

    asked: int = 0
    found: int = 0
    known: int = 0
    indexed: int = 0
    unreadable: list[int] = field(default_factory=list)
    failure: SourceError | None = None
    never_asked: range = range(0)

    @property
    def is_whole(self) -> bool:
        """Whether all of its numbers are known now."""
        return self.failure is None and not self.unreadable


async def crawl(
    name: str,
    source: CrawlableSource,
    log: CrawlLog,
    numbers: range,
    *,
    concurrency: int,
    completes_index: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> CrawlReport:
    """Asks for every number that is not known yet, a bounded number at once, and stops when the source fails.

    A number without an invoice is not asked for again, unless it lies behind the greatest one that exists: there new
    invoices appear. With `completes_index` there is no invoice beyond these numbers and those asked before: the index
    is complete when none of them is left. `progress` is told how many more numbers are done.
    """
    known = await log.known(name)
    settled = _settled(known)
    report = CrawlReport(known=sum(1 for number in settled if number in numbers))
    progress(report.known)
    todo = (number for number in numbers if number not in settled)
    while report.failure is None and (batch := list(islice(todo, _AT_ONCE))):
        answers = await _ask(source, batch, concurrency)
        await log.note(name, answers.identified)
        report.asked += len(answers.identified) + len(answers.unreadable)
        report.found += sum(1 for invoice in answers.identified if invoice.account_key is not None)
        report.unreadable += sorted(answers.unreadable)
        report.failure = answers.failure
        progress(len(answers.identified) + len(answers.unreadable))
    if report.is_whole:
        report.never_asked = _first_gap(map(int, known), numbers)
    is_complete = completes_index and report.is_whole and not report.never_asked
    report.indexed = await log.publish(name, is_complete=is_complete)
    return report


def _first_gap(known: Iterable[int], asked: range) -> range:
    """The first run of numbers between the least and the greatest that are neither known nor asked; else empty."""
    outside = sorted(number for number in known if number not in asked)
    spans = sorted([(number, number + 1) for number in outside] + [(asked.start, asked.stop)])
    return next((range(end, start) for (_, end), (start, _) in pairwise(spans) if end < start), range(0))


def _settled(known: dict[str, bool]) -> frozenset[int]:
    newest = max((int(id_) for id_, exists in known.items() if exists), default=0)
    return frozenset(int(id_) for id_, exists in known.items() if exists or int(id_) < newest)


@dataclass(slots=True)
class _Answers:
    identified: list[IdentifiedInvoice] = field(default_factory=list)
    unreadable: dict[int, SourceError] = field(default_factory=dict)
    failure: SourceError | None = None


async def _ask(source: CrawlableSource, numbers: Sequence[int], concurrency: int) -> _Answers:
    """What the source says of the numbers; after a failure no more of them are asked for."""
    answers = _Answers()
    waiting = iter(numbers)

    async def work() -> None:
        for number in waiting:
            if answers.failure is not None:
                return
            try:
                identified = await source.identify_invoice(str(number), Operation.within(_CALL_SECONDS))
                answers.identified.append(identified)
            except (SourceProtocolError, SourceRejected) as fault:
                answers.unreadable[number] = fault
            except SourceError as failure:
                answers.failure = failure

    await asyncio.gather(*(work() for _ in range(concurrency)))
    if answers.unreadable and not answers.identified:  # it is not these numbers, then: it is the source
        answers.failure = answers.failure or next(iter(answers.unreadable.values()))
    return answers
