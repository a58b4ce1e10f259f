"""One call for all who ask the same, answers that are kept, and stale ones for when the source is down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import structlog
from msgspec.structs import replace

from resolvers.answer_keys import AnswerKeys
from resolvers.answers import SharedSource
from resolvers.model.customer import Account, Secret
from resolvers.model.errors import (
    CallBudgetExceeded,
    CircuitOpen,
    SourceAuthFailed,
    SourceProtocolError,
    SourceRateLimited,
    SourceTimeout,
    SourceUnavailable,
)
from resolvers.model.invoice import CacheStatus, Invoice, InvoiceType, Provenance
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.source import Capabilities, FindQuery, InvoiceList, ListQuery, SourceHealth, SourceState
from resolvers.transport.cache import AnswerCache
from resolvers.transport.http import HttpTransport
from tests.transport.calls import GET, transport
from tests.transport.test_http_bounds import Hanging

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ACCOUNT = Account(id="a", source="shop", key="7", customer_id="c", secret=Secret("s3cret"))
QUERY = ListQuery(account=ACCOUNT, fields=frozenset({"number", "total"}))
FIND = FindQuery(account=ACCOUNT, fields=QUERY.fields, ids=("1", "2"))


class Shelf:
    """A source with one invoice, that answers when it is let and fails as told."""

    name = title = kind = "shop"
    capabilities = Capabilities(
        documentation="", fields=QUERY.fields, list_fields=QUERY.fields, lists_by_account=True, lists_paid_invoices=True
    )

    def __init__(self) -> None:
        self.asked: list[ListQuery | FindQuery] = []
        self.error: Exception | None = None
        self.cancelled = 0
        self.open = asyncio.Event()
        self.open.set()

    def health(self) -> SourceHealth:
        """As if nobody had asked."""
        return SourceHealth(state=SourceState.UNTRIED, since=NOON)

    async def list_invoices(self, query: ListQuery, operation: Operation) -> InvoiceList:
        """The invoice."""
        return await self._answer(query, operation)

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        """The invoice."""
        return await self._answer(query, operation)

    async def aclose(self) -> None:
        """Nothing to let go of."""

    async def _answer(self, query: ListQuery | FindQuery, operation: Operation) -> InvoiceList:
        operation.begin(UpstreamCall(source="shop", operation="Invoices", attempts=1))
        self.asked.append(query)
        try:
            await self.open.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error is not None:
            raise self.error
        invoice = Invoice(
            source="shop",
            account_key=query.account.key,
            account_id="a",
            source_invoice_id="1",
            number=f"answer {len(self.asked)}",
            provenance=Provenance("shop", "Invoices", NOON),
        )
        return InvoiceList(invoices=[invoice], fetched_at=NOON)


class Wired(Shelf):
    """A source at the end of a transport, with nothing in it."""

    def __init__(self, transport: HttpTransport) -> None:
        super().__init__()
        self._transport = transport

    async def list_invoices(self, query: ListQuery, operation: Operation) -> InvoiceList:
        """No invoice."""
        call = operation.begin(UpstreamCall(source="shop", operation="Invoices"))
        await self._transport.send(GET, call, operation)
        return InvoiceList(invoices=[], fetched_at=NOON)


class Bench:
    """A shelf behind what is tested, with a clock for the cache."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.shelf = Shelf()
        self.cache = AnswerCache(fresh_seconds=15, stale_seconds=3_600, now=lambda: self.seconds)
        self.source = SharedSource(self.shelf, self.cache, key_secret=b"key")

    async def kept(self) -> None:
        """Has an answer kept, and grow stale."""
        await self.source.list_invoices(QUERY, operation())
        await asyncio.gather(*self.source._puts)
        self.seconds += 60


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """A bench, cleared afterwards."""
    made = Bench()
    yield made
    await made.source.aclose()
    await made.cache.aclose()


def operation(seconds: float = 5.0, call_budget: int = 500) -> Operation:
    """An operation with so much time left."""
    return Operation(deadline=time.monotonic() + seconds, call_budget=call_budget)


def asking(bench: Bench, with_: Operation) -> asyncio.Task[InvoiceList]:
    """A caller of its own."""
    return asyncio.create_task(bench.source.list_invoices(QUERY, with_))


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
