"""Who waits for a call that others wait for, too: each for as long as it has time, and the last one ends it."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from resolvers.answers import SharedSource
from resolvers.model.errors import (
    CallBudgetExceeded,
    SourceTimeout,
)
from resolvers.model.invoice import CacheStatus
from resolvers.model.source import InvoiceList
from resolvers.transport.cache import AnswerCache
from tests.resolvers.shelf import NOON, QUERY, Bench, Wired, asking, operation
from tests.transport.calls import transport
from tests.transport.test_http_bounds import Hanging


async def test_each_caller_keeps_its_own_deadline(bench: Bench) -> None:
    bench.shelf.open.clear()
    hasty, patient = asking(bench, operation(0.02)), asking(bench, operation(5))

    with pytest.raises(SourceTimeout):
        await hasty
    bench.shelf.open.set()

    assert (await patient).invoices[0].number == "answer 1"
    assert len(bench.shelf.asked) == 1


async def test_who_joins_a_call_over_the_wire_has_more_time_for_it_than_who_began_it() -> None:
    engine = Hanging()
    sut = SharedSource(Wired(transport(engine)), AnswerCache(), key_secret=b"key")
    hasty = asyncio.create_task(sut.list_invoices(QUERY, operation(0.5)))
    await engine.began.wait()
    patient = asyncio.create_task(sut.list_invoices(QUERY, operation(5)))

    with pytest.raises(SourceTimeout):
        await hasty
    await asyncio.sleep(0.02)
    engine.answer.set()

    assert (await patient).fetched_at == NOON
    await sut.aclose()


async def test_a_caller_whose_time_is_over_gets_the_stale_answer_at_once(bench: Bench) -> None:
    await bench.kept()
    bench.shelf.open.clear()

    answer = await bench.source.list_invoices(QUERY, operation(0.02))

    assert answer.cache_status is CacheStatus.STALE


async def test_the_call_outlives_the_caller_who_began_it(bench: Bench) -> None:
    bench.shelf.open.clear()
    first, second = asking(bench, operation()), asking(bench, operation())
    await asyncio.sleep(0.01)

    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    bench.shelf.open.set()

    assert (await second).invoices[0].number == "answer 1"
    assert bench.shelf.cancelled == 0


async def test_the_call_is_cancelled_when_the_last_caller_leaves_and_the_next_begins_anew(bench: Bench) -> None:
    bench.shelf.open.clear()
    callers = [asking(bench, operation()) for _ in range(3)]
    await asyncio.sleep(0.01)

    for caller in callers:
        caller.cancel()
    await asyncio.gather(*callers, return_exceptions=True)
    bench.shelf.open.set()
    answer = await bench.source.list_invoices(QUERY, operation())

    assert bench.shelf.cancelled == 1
    assert answer.invoices[0].number == "answer 2"


async def test_a_call_that_ends_late_is_not_taken_for_the_one_that_was_begun_anew(bench: Bench) -> None:
    bench.shelf.open.clear()
    leaving = asking(bench, operation())
    await asyncio.sleep(0.01)

    leaving.cancel()
    callers = []
    for _ in range(2):
        callers.append(asking(bench, operation()))
        await asyncio.sleep(0.01)
    bench.shelf.open.set()

    assert [(await caller).invoices[0].number for caller in callers] == ["answer 2"] * 2
    assert bench.shelf.cancelled == 1


async def test_what_is_under_way_ends_before_the_source_is_let_go_of(bench: Bench) -> None:
    bench.shelf.open.clear()
    caller = asking(bench, operation())
    await asyncio.sleep(0.01)

    await bench.source.aclose()

    assert bench.shelf.cancelled == 1
    await asyncio.wait([caller])


async def test_the_budget_of_the_one_who_began_is_not_the_budget_of_the_others(bench: Bench) -> None:
    poor, rich = operation(call_budget=1), operation()

    answers = await asyncio.gather(
        bench.source.list_invoices(QUERY, poor),
        bench.source.list_invoices(replace(QUERY, page=2), poor),
        bench.source.list_invoices(QUERY, rich),
        return_exceptions=True,
    )

    assert [type(answer) for answer in answers] == [CallBudgetExceeded, CallBudgetExceeded, InvoiceList]
    assert [call.shared for call in rich.calls] == [False]
    assert bench.shelf.asked == [QUERY]
