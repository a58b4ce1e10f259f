"""One call for all who ask the same, answers that are kept, and stale ones for when the source is down."""

from __future__ import annotations

import asyncio

import pytest
import structlog
from msgspec.structs import replace

from resolvers.answer_keys import AnswerKeys
from resolvers.model.customer import Secret
from resolvers.model.errors import (
    CallBudgetExceeded,
    CircuitOpen,
    SourceAuthFailed,
    SourceProtocolError,
    SourceRateLimited,
    SourceTimeout,
    SourceUnavailable,
)
from resolvers.model.invoice import CacheStatus, InvoiceType
from resolvers.model.source import ListQuery
from tests.resolvers.shelf import ACCOUNT, FIND, NOON, QUERY, Bench, asking, operation


async def test_identical_calls_under_way_are_one_call(bench: Bench) -> None:
    operations = [operation() for _ in range(20)]

    answers = await asyncio.gather(*(bench.source.list_invoices(QUERY, each) for each in operations))

    assert len(bench.shelf.asked) == 1
    assert {answer.invoices[0].number for answer in answers} == {"answer 1"}
    calls = [each.calls[0] for each in operations]
    assert [(call.shared, call.attempts) for call in calls] == [(False, 1)] + [(True, 0)] * 19
    assert calls[-1].rows == 1


DIFFERENT = pytest.mark.parametrize(
    "other",
    [
        replace(QUERY, page=2),
        replace(QUERY, offset=1),
        replace(QUERY, limit=1),
        replace(QUERY, types=frozenset({InvoiceType.INVOICE})),
        replace(QUERY, fields=frozenset({"number"})),
        replace(QUERY, account=replace(ACCOUNT, key="8")),
        replace(QUERY, account=replace(ACCOUNT, secret=Secret("other"))),
        replace(QUERY, account=replace(ACCOUNT, secret=None)),
        replace(QUERY, account=replace(ACCOUNT, context=(("divisionCode", "1"),))),
    ],
)


@DIFFERENT
async def test_calls_under_way_that_differ_in_anything_are_not_shared(bench: Bench, other: ListQuery) -> None:
    await asyncio.gather(*(bench.source.list_invoices(query, operation()) for query in (QUERY, other, QUERY, other)))

    assert bench.shelf.asked == [QUERY, other]


@DIFFERENT
async def test_what_is_kept_is_no_answer_to_a_call_that_differs_in_anything(bench: Bench, other: ListQuery) -> None:
    await bench.kept()

    assert await bench.source.kept(QUERY) is not None
    assert await bench.source.kept(other) is None


async def test_looking_up_and_listing_are_different_calls(bench: Bench) -> None:
    await bench.source.list_invoices(QUERY, operation())
    await bench.source.find_invoices(FIND, operation())
    await bench.source.find_invoices(replace(FIND, ids=("1",)), operation())

    assert len(bench.shelf.asked) == 3


async def test_a_hint_of_the_accounts_size_makes_no_difference(bench: Bench) -> None:
    grown = replace(QUERY, account=replace(ACCOUNT, known_invoices=9))

    await asyncio.gather(*(bench.source.list_invoices(query, operation()) for query in (QUERY, grown)))

    assert len(bench.shelf.asked) == 1


async def test_no_secret_can_be_read_or_guessed_from_a_key() -> None:
    one = AnswerKeys("shop", b"one").answer(QUERY)
    other = AnswerKeys("shop", b"other").answer(QUERY)

    assert one.startswith("shop:")
    assert one != other


async def test_a_fresh_answer_is_kept_and_says_so_on_every_invoice(bench: Bench) -> None:
    await bench.kept()
    bench.seconds -= 50
    mine = operation()

    answer = await bench.source.list_invoices(QUERY, mine)

    assert len(bench.shelf.asked) == 1
    assert answer.cache_status is CacheStatus.HIT
    assert [invoice.provenance.cache_status for invoice in answer.invoices] == [CacheStatus.HIT]
    assert answer.fetched_at == NOON
    assert [(call.cache_status, call.attempts, call.rows) for call in mine.calls] == [("HIT", 0, 1)]
    assert mine.spent.calls == 0


async def test_an_answer_that_is_no_longer_fresh_is_asked_for_again(bench: Bench) -> None:
    await bench.kept()

    answer = await bench.source.list_invoices(QUERY, operation())

    assert answer.cache_status is CacheStatus.FRESH
    assert answer.invoices[0].number == "answer 2"


async def test_a_stale_answer_stands_in_for_a_source_that_is_down(bench: Bench) -> None:
    await bench.kept()
    bench.shelf.error = SourceUnavailable("shop")
    mine = operation()

    answer = await bench.source.list_invoices(QUERY, mine)

    assert answer.cache_status is CacheStatus.STALE
    assert [invoice.provenance.cache_status for invoice in answer.invoices] == [CacheStatus.STALE]
    assert [(call.cache_status, call.attempts) for call in mine.calls] == [("FRESH", 1), ("STALE", 0)]


async def test_a_stale_answer_stands_in_for_a_source_that_is_left_alone_for_long(bench: Bench) -> None:
    await bench.kept()
    bench.shelf.error = CircuitOpen("shop", "until tomorrow", is_retryable=False)

    answer = await bench.source.list_invoices(QUERY, operation())

    assert answer.cache_status is CacheStatus.STALE


async def test_a_stale_answer_does_not_hide_what_is_not_going_to_pass(bench: Bench) -> None:
    await bench.kept()
    bench.shelf.error = SourceProtocolError("shop")

    with pytest.raises(SourceProtocolError):
        await bench.source.list_invoices(QUERY, operation())


async def test_a_failure_is_everybodys_and_nothing_of_it_is_kept(bench: Bench) -> None:
    bench.shelf.error = SourceUnavailable("shop")
    operations = [operation(), operation()]

    answers = await asyncio.gather(
        *(bench.source.list_invoices(QUERY, each) for each in operations), return_exceptions=True
    )
    bench.shelf.error = None

    assert [type(answer) for answer in answers] == [SourceUnavailable] * 2
    assert operations[1].calls[0].outcome == "SOURCE_UNAVAILABLE"
    assert (await bench.source.list_invoices(QUERY, operation())).invoices[0].number == "answer 2"


async def test_a_failure_is_logged_once_unless_who_saw_it_has_logged_it(bench: Bench) -> None:
    lasting, told = SourceAuthFailed("shop", "import it again"), SourceAuthFailed("shop", "told")
    told.is_logged = True

    with structlog.testing.capture_logs() as logged:
        for error in (lasting, told, SourceRateLimited("shop", "our own limit")):
            bench.shelf.error = error
            await asyncio.gather(*(asking(bench, operation()) for _ in range(2)), return_exceptions=True)

    assert [(line["event"], line["detail"], line["log_level"]) for line in logged] == [
        ("answer_failed", "import it again", "warning"),
        ("answer_failed", "our own limit", "info"),
    ]


async def test_a_caller_whose_time_is_over_finds_that_in_the_log(bench: Bench) -> None:
    bench.shelf.open.clear()

    with structlog.testing.capture_logs() as logged, pytest.raises(SourceTimeout):
        await bench.source.list_invoices(QUERY, operation(seconds=0.01))

    assert [(line["event"], line["code"]) for line in logged] == [("answer_failed", "SOURCE_TIMEOUT")]


@pytest.mark.parametrize("is_kept", [True, False])
async def test_what_nobody_waits_for_any_more_is_neither_in_the_log_nor_counted(bench: Bench, is_kept: bool) -> None:
    if is_kept:
        await bench.kept()
    bench.shelf.open.clear()
    before, mine = bench.source.given.copy(), operation()
    mine.abandoned = asyncio.get_running_loop().create_future()

    with structlog.testing.capture_logs() as logged:
        caller = asking(bench, mine)
        await asyncio.sleep(0.01)
        mine.abandoned.set_result(None)
        await asyncio.wait([caller])

    assert isinstance(caller.exception(), SourceTimeout) is not is_kept
    assert (logged, bench.source.given) == ([], before)


async def test_many_failures_alike_of_one_request_are_one_line(bench: Bench) -> None:
    accounts = [replace(ACCOUNT, key=str(number)) for number in range(50)]
    queries = [replace(QUERY, account=account) for account in accounts]

    with structlog.testing.capture_logs() as logged:
        for request_id in ("first", "second"):
            asked = operation()
            asked.request_id = request_id
            for query in queries:
                bench.shelf.error = CircuitOpen("shop", "left alone")
                with pytest.raises(CircuitOpen):
                    await bench.source.list_invoices(query, asked)

    assert [line["event"] for line in logged] == ["answer_failed"] * 2


async def test_what_a_connector_does_wrong_is_its_sources_failure_and_told_to_the_log_alone(bench: Bench) -> None:
    bench.shelf.error = TypeError("of 's3cret-text' there is no sum")

    with structlog.testing.capture_logs() as logged, pytest.raises(SourceProtocolError) as caught:
        await bench.source.list_invoices(QUERY, operation())

    assert (caught.value.source, "s3cret" in f"{caught.value}{caught.value.detail}") == ("shop", False)
    assert [(line["event"], line["source"]) for line in logged] == [("connector_failed", "shop")]
    assert logged[0]["exc_info"] is bench.shelf.error


async def test_a_budget_that_is_spent_in_a_source_stays_one(bench: Bench) -> None:
    bench.shelf.error = CallBudgetExceeded("too many")

    with pytest.raises(CallBudgetExceeded):
        await bench.source.list_invoices(QUERY, operation())


@pytest.mark.parametrize("error", [None, SourceUnavailable("shop")])
async def test_a_call_that_was_joined_costs_none_of_the_budget(bench: Bench, error: SourceUnavailable | None) -> None:
    bench.shelf.error = error
    first, joining = operation(), operation()

    await asyncio.gather(
        *(bench.source.list_invoices(QUERY, each) for each in (first, joining)), return_exceptions=True
    )

    assert (first.spent.calls, joining.spent.calls) == (1, 0)
    assert [call.shared for call in joining.calls] == [True]
