"""Crawls over a source in memory, with their log on both databases: nothing is lost, and nothing asked twice."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.crawl import CrawlReport, crawl
from resolvers.customers.crawl_log import SqlCrawlLog
from resolvers.customers.directory import SqlDirectory
from resolvers.model.crawling import IdentifiedInvoice
from resolvers.model.errors import SourceError, SourceProtocolError, SourceRejected, SourceUnavailable
from resolvers.model.identity import AccountRef
from resolvers.model.operation import Operation
from resolvers.model.source import IndexedInvoice
from tests.customers.loading import Load

DAY = date(2026, 1, 1)
ANN, BOB = AccountRef("orders", "7"), AccountRef("orders", "8")


@dataclass(slots=True)
class Numbers:
    """A source whose invoices are owned by these accounts, by number; some numbers fail."""

    owners: dict[int, str]
    faults: dict[int, SourceError] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def identify_invoice(self, source_invoice_id: str, operation: Operation) -> IdentifiedInvoice:
        """Whose it is; every number has a day of its own."""
        number = int(source_invoice_id)
        self.asked.append(number)
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if number in self.faults:
            raise self.faults[number]
        if number not in self.owners:
            return IdentifiedInvoice(source_invoice_id)
        return IdentifiedInvoice(source_invoice_id, self.owners[number], DAY + timedelta(number))


@dataclass(slots=True)
class Bench:
    """A crawl's log and the directory that reads what it came to."""

    log: SqlCrawlLog
    directory: SqlDirectory

    async def run(
        self, source: Numbers, first: int, last: int, *, concurrency: int = 3, completes_index: bool = True
    ) -> CrawlReport:
        """One crawl; what was asked before is forgotten."""
        source.asked.clear()
        numbers = range(first, last + 1)
        return await crawl(
            "orders", source, self.log, numbers, concurrency=concurrency, completes_index=completes_index
        )

    async def index(self, *refs: AccountRef) -> dict[str, list[int] | None]:
        """The numbers in the index by account key; None where it is not complete."""
        accounts = (await self.directory.accounts(refs)).values()
        found = await self.directory.invoices_of(list(accounts))
        return {account.key: _numbers(found[account.id]) for account in accounts}


def _numbers(found: list[IndexedInvoice] | None) -> list[int] | None:
    if found is None:
        return None
    assert all(entry.issue_date == DAY + timedelta(int(entry.source_invoice_id)) for entry in found)
    return sorted(int(entry.source_invoice_id) for entry in found)


@pytest.fixture
async def bench(engine: AsyncEngine, directory: SqlDirectory, load: Load) -> Bench:
    await load(customers="id\nC-1\n", accounts="customer,source,account_key\nC-1,orders,7\n")
    return Bench(SqlCrawlLog(engine), directory)


def told(report: CrawlReport) -> Mapping[str, int]:
    """The counts of a report."""
    return {"asked": report.asked, "found": report.found, "known": report.known, "indexed": report.indexed}


async def test_a_crawl_of_all_numbers_makes_the_index_complete(bench: Bench) -> None:
    source = Numbers({2: "7", 250: "7"})

    before = await bench.index(ANN)
    report = await bench.run(source, 1, 260)

    assert before == {"7": None}
    assert (told(report), report.is_whole) == ({"asked": 260, "found": 2, "known": 0, "indexed": 2}, True)
    assert sorted(source.asked) == list(range(1, 261))
    assert await bench.index(ANN) == {"7": [2, 250]}


async def test_a_crawl_of_some_numbers_adds_to_the_index_and_leaves_it_as_complete_as_it_was(bench: Bench) -> None:
    source = Numbers({2: "7", 9: "7"})

    await bench.run(source, 2, 2, completes_index=False)
    begun = await bench.index(ANN)
    await bench.run(source, 1, 8)
    last = await bench.run(source, 9, 9, completes_index=False)

    assert begun == {"7": None}
    assert told(last) == {"asked": 1, "found": 1, "known": 0, "indexed": 1}
    assert await bench.index(ANN) == {"7": [2, 9]}


async def test_numbers_that_were_never_asked_for_leave_the_index_incomplete(bench: Bench) -> None:
    source = Numbers(dict.fromkeys(range(1, 300), "7"), faults={150: SourceUnavailable("orders")})

    await bench.run(source, 1, 299, concurrency=1)
    behind = await bench.run(source, 290, 299)
    index = await bench.index(ANN)
    source.faults.clear()
    rest = await bench.run(source, 150, 289)

    assert (behind.is_whole, behind.never_asked, index) == (True, range(150, 290), {"7": None})
    assert rest.never_asked == range(0)
    assert await bench.index(ANN) == {"7": list(range(1, 300))}


async def test_so_many_numbers_are_asked_at_once_and_no_more(bench: Bench) -> None:
    source = Numbers({})

    await bench.run(source, 1, 50, concurrency=4)

    assert source.most_at_once == 4


async def test_a_failure_ends_the_crawl_keeps_what_was_found_and_the_next_one_asks_for_the_rest(bench: Bench) -> None:
    source = Numbers(dict.fromkeys(range(1, 300), "7"), faults={150: SourceUnavailable("orders")})

    broken = await bench.run(source, 1, 299, concurrency=2)
    asked_at_first, index = set(source.asked), await bench.index(ANN)
    source.faults.clear()
    whole = await bench.run(source, 1, 299)

    assert (broken.failure and broken.failure.code, index) == ("SOURCE_UNAVAILABLE", {"7": None})
    assert asked_at_first == set(range(1, 152))  # the two that were under way, and none behind them
    assert set(source.asked) == set(range(1, 300)) - (asked_at_first - {150})
    assert (whole.known, broken.indexed + whole.indexed, whole.is_whole) == (150, 299, True)
    assert await bench.index(ANN) == {"7": list(range(1, 300))}


async def test_a_crawl_that_is_broken_off_goes_on_from_there(bench: Bench) -> None:
    source = Numbers(dict.fromkeys(range(1, 300), "7"))

    def break_off(done: int) -> None:
        if len(source.asked) > 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await crawl("orders", source, bench.log, range(1, 300), concurrency=3, progress=break_off)
    source.asked.clear()
    done: list[int] = []
    report = await crawl("orders", source, bench.log, range(1, 300), concurrency=3, progress=done.append)

    assert (min(source.asked), report.known, report.indexed) == (201, 200, 299)
    assert done == [200, 99]


async def test_an_absent_number_is_asked_for_again_behind_the_greatest_that_exists_and_nowhere_else(
    bench: Bench,
) -> None:
    source = Numbers({3: "7", 6: "7"})
    await bench.run(source, 1, 9)

    source.owners |= {2: "7", 8: "7"}
    report = await bench.run(source, 1, 10)

    assert sorted(source.asked) == [7, 8, 9, 10]
    assert told(report) == {"asked": 4, "found": 1, "known": 6, "indexed": 1}
    assert await bench.index(ANN) == {"7": [3, 6, 8]}


async def test_an_invoice_of_nobody_known_is_in_the_index_once_the_account_is_and_the_crawl_ran_again(
    bench: Bench, load: Load
) -> None:
    source = Numbers({1: "7", 2: "8"})
    await bench.run(source, 1, 2)

    await load(customers="id\nC-2\n", accounts="customer,source,account_key\nC-2,orders,8\n")
    imported = await bench.index(ANN, BOB)
    report = await bench.run(source, 1, 2)

    assert imported == {"7": [1], "8": None}
    assert (source.asked, told(report)) == ([], {"asked": 0, "found": 0, "known": 2, "indexed": 1})
    assert await bench.index(ANN, BOB) == {"7": [1], "8": [2]}


async def test_an_answer_that_cannot_be_read_costs_its_number_and_the_indexs_completeness(bench: Bench) -> None:
    faults: dict[int, SourceError] = {3: SourceProtocolError("orders"), 5: SourceRejected("orders")}
    source = Numbers(dict.fromkeys(range(1, 9), "7"), faults)

    first = await bench.run(source, 1, 8)
    index = await bench.index(ANN)
    source.faults.clear()
    second = await bench.run(source, 1, 8)

    assert (first.unreadable, first.failure, first.is_whole) == ([3, 5], None, False)
    assert (told(first), index) == ({"asked": 8, "found": 6, "known": 0, "indexed": 6}, {"7": None})
    assert (sorted(source.asked), second.is_whole) == ([3, 5], True)


async def test_a_source_none_of_whose_answers_can_be_read_is_not_asked_for_ever(bench: Bench) -> None:
    source = Numbers({}, {number: SourceProtocolError("orders") for number in range(1, 1_000)})

    report = await bench.run(source, 1, 999)

    assert report.failure is not None
    assert len(source.asked) == 100


async def test_what_an_import_put_into_the_index_stays_and_is_not_there_twice(bench: Bench, load: Load) -> None:
    rows = "".join(f"orders,7,{number},{DAY + timedelta(number)}\n" for number in (1, 40))
    await load(invoices=f"source,account_key,invoice_id,issue_date\n{rows}")

    report = await bench.run(Numbers({1: "7", 2: "7"}), 1, 5)

    assert report.indexed == 1
    assert await bench.index(ANN) == {"7": [1, 2, 40]}


async def test_a_crawl_of_one_source_says_nothing_of_another(bench: Bench, load: Load) -> None:
    await load(accounts="customer,source,account_key\nC-1,shop,7\n")

    await bench.run(Numbers({1: "7"}), 1, 2)

    assert await bench.index(AccountRef("shop", "7")) == {"7": None}
    assert await bench.log.known("shop") == {}
