"""What bounds the calls through the transport: time, places, the rate, and a source's own failures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest

from resolvers.model.errors import (
    CircuitOpen,
    SourceError,
    SourceOutcomeUnknown,
    SourceRateLimited,
    SourceRejected,
    SourceTimeout,
    SourceUnavailable,
)
from resolvers.model.operation import Operation
from resolvers.model.source import SourceState
from resolvers.transport.breaker import Breaker, BreakerState, Verdict
from resolvers.transport.http import HttpTransport
from resolvers.transport.json import decode_json
from resolvers.transport.messages import UpstreamReply, UpstreamRequest
from resolvers.transport.settings import TransportSettings
from tests.transport.calls import GET, WRITE, Scripted, at_once, call, operation, transport
from tests.transport.test_breaker import Time

OK = httpx.Response(200, content=b"fine")


@pytest.mark.parametrize(("request_", "error"), [(GET, SourceTimeout), (WRITE, SourceOutcomeUnknown)])
async def test_a_source_that_hangs_costs_its_timeout(request_: UpstreamRequest, error: type[SourceError]) -> None:
    sut = transport(Hanging(), timeout_seconds=0.05)
    made = call()

    with pytest.raises(error):
        await sut.send(request_, made, operation())

    assert (made.attempts, made.outcome) == (1, error.code)


class Cut(httpx.AsyncByteStream):
    """A large body that breaks off."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield bytes(1_000_000)
        raise httpx.ReadError("cut")


@pytest.mark.parametrize("body", [Cut(), httpx.ByteStream(b'"' + b"\xff" * 1_000_000)], ids=["cut", "unreadable"])
async def test_a_failed_calls_body_is_let_go_while_somebody_holds_the_failure(body: httpx.AsyncByteStream) -> None:
    sut = transport(Scripted(httpx.Response(200, stream=body)), retries=0)

    def read(reply: UpstreamReply) -> object:
        return decode_json("shop", reply.content, msgspec.json.Decoder())

    with pytest.raises(SourceError) as raised:
        await sut.fetch(GET, call(), operation(), read)

    assert raised.value.__context__ is None
    frames = [entry.frame for entry in raised.traceback]
    assert not [frame for frame in frames if any(map(_is_large, frame.f_locals.values()))]


def _is_large(value: object) -> bool:
    return len(getattr(value, "content", None) or (value if isinstance(value, bytes | list) else b"")) > 10_000


async def test_an_operation_without_time_asks_nobody() -> None:
    engine = Scripted(OK)

    with pytest.raises(SourceTimeout):
        await transport(engine).send(GET, call(), operation(0))

    assert engine.requests == []


async def test_waiting_for_a_free_place_ends_with_the_operation() -> None:
    engine = Hanging()
    sut = transport(engine, max_concurrency=1)
    first = asyncio.create_task(sut.send(GET, call(), operation()))
    await engine.began.wait()

    with pytest.raises(SourceTimeout) as raised:
        await sut.send(GET, call(), operation(0.05))

    assert raised.value.detail == "no free place before the deadline"
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_call_goes_on_where_its_operations_deadline_has_moved_on() -> None:
    engine, clock = Hanging(), Time()
    hasty = operation(0.02, clock)
    asking = asyncio.create_task(transport(engine).send(GET, call(), hasty))
    await engine.began.wait()

    hasty.deadline += 5
    clock.seconds = 1
    await asyncio.sleep(0.04)
    engine.answer.set()

    assert (await asking).status == 200


async def test_a_call_never_takes_longer_than_its_source_may_however_far_the_deadline_has_moved_on() -> None:
    engine = Hanging()
    hasty = operation(0.02, Time())
    asking = asyncio.create_task(transport(engine, timeout_seconds=0.05).send(GET, call(), hasty))
    await engine.began.wait()

    hasty.deadline += 5

    with pytest.raises(SourceTimeout) as raised:
        await asking
    assert raised.value.detail == "no whole answer within 0.05 s"


async def test_waiting_for_a_free_place_goes_on_where_the_operations_deadline_has_moved_on() -> None:
    engine, clock = Hanging(), Time()
    sut, hasty = transport(engine, max_concurrency=1), operation(0.02, clock)
    first = asyncio.create_task(sut.send(GET, call(), operation()))
    await engine.began.wait()
    second = asyncio.create_task(sut.send(GET, call(), hasty))
    await asyncio.sleep(0)

    hasty.deadline += 5
    clock.seconds = 1
    await asyncio.sleep(0.04)
    engine.answer.set()

    assert [(await asking).status for asking in (first, second)] == [200, 200]


async def test_no_more_calls_are_under_way_than_configured() -> None:
    engine = Counting()
    sut = transport(engine, max_concurrency=3)

    await asyncio.gather(*(sut.send(GET, call(), operation()) for _ in range(20)))

    assert engine.most == 3


async def test_a_rate_limit_refuses_what_would_come_too_late() -> None:
    engine = Scripted(OK)
    sut = transport(engine, rate_limit="2/100s")
    await sut.send(GET, call(), operation())
    await sut.send(GET, call(), operation())

    with pytest.raises(SourceRateLimited) as raised:
        await sut.send(GET, call(), operation())

    assert raised.value.retry_after_seconds == pytest.approx(100, abs=5)
    assert len(engine.requests) == 2
    assert sut.health().state is SourceState.UP


async def test_a_call_that_is_cancelled_while_it_waits_for_the_rate_limit_gives_its_moment_back() -> None:
    engine = Scripted(OK)
    sut = transport(engine, rate_limit="1/2s", timeout_seconds=60)
    await sut.send(GET, call(), operation(60))
    waiting = asyncio.create_task(sut.send(GET, call(), operation(60)))
    await asyncio.sleep(0.01)

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    with pytest.raises(SourceRateLimited) as raised:
        await sut.send(GET, call(), operation(0.5))
    assert raised.value.retry_after_seconds is not None
    assert raised.value.retry_after_seconds <= 2


async def test_a_source_that_fails_again_and_again_is_left_alone_and_probed_once() -> None:
    time = [0.0]
    engine = Scripted(httpx.Response(503))
    sut = HttpTransport(
        "shop", TransportSettings(base_url="http://shop.test"), engine=engine, retry=at_once(0), clock=lambda: time[0]
    )
    for _ in range(5):
        with pytest.raises(SourceUnavailable):
            await sut.send(GET, call(), operation())

    with pytest.raises(CircuitOpen):
        await sut.send(GET, call(), operation())
    assert sut.health().state is SourceState.DOWN
    time[0], engine.steps = 6.0, [OK]
    answers = await asyncio.gather(*(sut.send(GET, call(), operation()) for _ in range(3)), return_exceptions=True)

    assert [type(answer) for answer in answers].count(UpstreamReply) == 1
    assert [type(answer) for answer in answers].count(CircuitOpen) == 2
    await sut.send(GET, call(), operation())
    assert sut.health().state is SourceState.DEGRADED


async def test_a_probe_is_one_attempt_alone() -> None:
    settings, breaker = TransportSettings(base_url="http://shop.test"), Breaker(failures=1, pause_seconds=0)
    sut = HttpTransport("shop", settings, engine=Scripted(httpx.Response(503)), retry=at_once(2), breaker=breaker)
    calls = [call(), call()]

    for made in calls:
        with pytest.raises(SourceUnavailable):
            await sut.send(GET, made, operation())

    assert [made.attempts for made in calls] == [3, 1]


async def test_who_writes_a_request_anew_does_so_while_its_source_is_asked_at_all() -> None:
    settings, breaker = TransportSettings(base_url="http://shop.test"), Breaker(failures=2)
    sut = HttpTransport("shop", settings, engine=Scripted(httpx.Response(503)), retry=at_once(2), breaker=breaker)
    single = UpstreamRequest(method="POST", path="invoices", is_single_use=True)
    waits = []

    for _ in range(2):
        made = call()
        with pytest.raises(SourceUnavailable) as raised:
            await sut.send(single, made, operation())
        waits.append(sut.wait_seconds(raised.value, made, operation()))

    assert waits == [0, None]


async def test_nobody_waits_for_a_place_at_a_source_that_is_left_alone() -> None:
    engine, breaker = Hanging(), Breaker(failures=1)
    settings = TransportSettings(base_url="http://shop.test", max_concurrency=1)
    sut = HttpTransport("shop", settings, engine=engine, breaker=breaker)
    first = asyncio.create_task(sut.send(GET, call(), operation()))
    await engine.began.wait()

    breaker.settle(0, Verdict.FAILED)

    with pytest.raises(CircuitOpen):
        await sut.send(GET, call(), operation(0.05))
    engine.answer.set()
    await first


async def test_accounts_that_are_declined_close_nobody_elses_door() -> None:
    def decline(_reply: UpstreamReply) -> None:
        raise SourceRejected("shop", "unknown account")

    sut = transport(Scripted(OK))
    request = UpstreamRequest(method="GET", path="invoices", check=decline)
    for _ in range(20):
        with pytest.raises(SourceRejected):
            await sut.send(request, call(), operation())

    assert sut.health().state is SourceState.UP


async def test_callers_in_a_hurry_do_not_bring_a_source_into_disrepute() -> None:
    sut = transport(Hanging())
    for _ in range(6):
        with pytest.raises(SourceTimeout):
            await sut.send(GET, call(), operation(0.01))

    assert sut.health().state is SourceState.UNTRIED


async def test_writes_that_nobody_knows_the_outcome_of_are_failures_of_their_source() -> None:
    sut = transport(Hanging(), timeout_seconds=0.01)
    for _ in range(5):
        with pytest.raises(SourceOutcomeUnknown):
            await sut.send(WRITE, call(), operation())

    assert sut.health().state is SourceState.DOWN


@pytest.mark.parametrize(
    ("waited", "outcome", "state"),
    [
        (1.2, "SOURCE_TIMEOUT", SourceState.DOWN),
        (0.9, "CANCELLED", SourceState.UNTRIED),
    ],
)
async def test_a_call_that_is_cancelled_when_its_operation_is_over_failed_and_one_whose_client_left_did_not(
    waited: float, outcome: str, state: SourceState
) -> None:
    sut = transport(Hanging(), timeout_seconds=3)
    calls = [call() for _ in range(5)]
    now = [0.0]
    for made in calls:
        asking = asyncio.create_task(sut.send(GET, made, Operation(deadline=now[0] + 1.2, clock=lambda: now[0])))
        await asyncio.sleep(0.01)
        now[0] += waited
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    assert {made.outcome for made in calls} == {outcome}
    assert (sut.health().state, sut.breaker_state is BreakerState.OPEN) == (state, state is SourceState.DOWN)


async def test_a_cancelled_call_frees_its_place_at_once() -> None:
    engine = Hanging()
    sut, made = transport(engine, max_concurrency=1), call()
    task = asyncio.create_task(sut.send(GET, made, operation()))
    await engine.began.wait()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    engine.answer.set()
    assert (await sut.send(GET, call(), operation())).status == 200
    assert made.outcome == "CANCELLED"


class Hanging(httpx.AsyncBaseTransport):
    """Never answers, until it may."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.answer = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Nothing, until it may."""
        self.began.set()
        await self.answer.wait()
        return httpx.Response(200, request=request)


class Counting(httpx.AsyncBaseTransport):
    """Notes how many calls were under way at once."""

    def __init__(self) -> None:
        self.now = self.most = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """An empty answer, after the others had their turn."""
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        return httpx.Response(200, request=request)
