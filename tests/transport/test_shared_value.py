"""One login for everybody, once, and never a storm of them."""

from __future__ import annotations

import asyncio

import pytest

from resolvers.model.errors import CallBudgetExceeded, SourceAuthFailed, SourceTimeout, SourceUnavailable
from resolvers.model.operation import Operation
from resolvers.transport.shared_value import SharedValue
from tests.transport.calls import call, operation
from tests.transport.test_breaker import Time


class Door:
    """A login that gives token after token, or fails as told, when it is let."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.logins = 0
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, operation: Operation) -> str:
        """The next token."""
        operation.begin(call())
        self.logins += 1
        number = self.logins
        await self.open.wait()
        if self.failures:
            raise self.failures.pop(0)
        return f"token {number}"


async def test_any_number_of_callers_log_in_once() -> None:
    door = Door()
    session = SharedValue("shop", door)

    tokens = await asyncio.gather(*(session.get(operation()) for _ in range(50)))

    assert set(tokens) == {"token 1"}
    assert door.logins == 1
    assert await session.get(operation()) == "token 1"


async def test_a_stale_token_is_renewed_once_for_all_who_held_it() -> None:
    door = Door()
    session = SharedValue("shop", door)
    stale = await session.get(operation())

    tokens = await asyncio.gather(*(session.renew(stale, operation()) for _ in range(50)))
    late = await session.renew(stale, operation())

    assert {*tokens, late} == {"token 2"}
    assert door.logins == 2


async def test_a_login_has_its_own_time_however_little_its_first_caller_has() -> None:
    left: list[float] = []

    async def log_in(operation: Operation) -> str:
        left.append(operation.remaining_seconds())
        return "token"

    await SharedValue("shop", log_in).get(operation(0.5))

    assert left == [pytest.approx(30, abs=1)]


async def test_a_pause_that_is_longer_than_the_longest_that_grows_is_kept_to() -> None:
    door, now = Door(SourceAuthFailed("shop")), Time()
    session = SharedValue("shop", door, pause_seconds=7_200, clock=now)
    for now.seconds in (0, 7_199):
        with pytest.raises(SourceAuthFailed):
            await session.get(operation())

    now.seconds = 7_201

    assert await session.get(operation()) == "token 2"


async def test_a_token_that_was_handed_out_with_an_answer_is_used() -> None:
    door = Door()
    session = SharedValue("shop", door)
    first = await session.get(operation())

    session.replace("slid")

    assert await session.get(operation()) == "slid"
    assert await session.renew(first, operation()) == "slid"
    assert door.logins == 1


async def test_the_one_who_began_the_login_may_leave() -> None:
    door = Door()
    door.open.clear()
    session = SharedValue("shop", door)
    first = asyncio.create_task(session.get(operation()))
    second = asyncio.create_task(session.get(operation()))
    await asyncio.sleep(0)

    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    door.open.set()

    assert await second == "token 1"


async def test_a_hasty_caller_leaves_and_the_login_goes_on_for_the_next() -> None:
    door = Door()
    door.open.clear()
    session = SharedValue("shop", door)
    with pytest.raises(SourceTimeout):
        await session.get(operation(0.01))

    door.open.set()

    assert await session.get(operation()) == "token 1"
    assert door.logins == 1


async def test_a_caller_whose_deadline_has_moved_on_waits_until_then() -> None:
    door, clock = Door(), Time()
    caller = operation(0.02, clock)
    door.open.clear()
    asking = asyncio.create_task(SharedValue("shop", door).get(caller))
    await asyncio.sleep(0)

    caller.deadline += 5
    clock.seconds = 1
    await asyncio.sleep(0.04)
    door.open.set()

    assert await asking == "token 1"


async def test_the_login_is_noted_with_the_operation_that_began_it() -> None:
    session, mine, other = SharedValue("shop", Door()), operation(), operation()

    await asyncio.gather(session.get(mine), session.get(other))

    assert (len(mine.calls), len(other.calls)) == (1, 0)


async def test_the_budget_of_the_one_who_began_is_not_the_budget_of_the_others() -> None:
    session, poor = SharedValue("shop", Door()), operation()
    poor.call_budget = 0

    answers = await asyncio.gather(session.get(poor), session.get(operation()), return_exceptions=True)

    assert isinstance(answers[0], CallBudgetExceeded)
    assert answers[1] == "token 1"


async def test_a_login_that_fails_fails_all_who_wait_and_the_next_tries_again() -> None:
    door = Door(SourceUnavailable("shop"))
    session = SharedValue("shop", door)

    answers = await asyncio.gather(*(session.get(operation()) for _ in range(3)), return_exceptions=True)

    assert [type(answer) for answer in answers] == [SourceUnavailable] * 3
    assert await session.get(operation()) == "token 2"


async def test_refused_credentials_are_not_tried_again_for_a_while() -> None:
    time, door = Time(), Door(SourceAuthFailed("shop", "Invalid Credentials"))
    session = SharedValue("shop", door, pause_seconds=30, clock=time)
    for _ in range(3):
        with pytest.raises(SourceAuthFailed):
            await session.get(operation())
    assert door.logins == 1

    time.seconds = 30

    assert await session.get(operation()) == "token 2"


async def test_credentials_that_stay_wrong_are_tried_ever_more_seldom() -> None:
    time, door = Time(), Door(*[SourceAuthFailed("shop", "Invalid Credentials")] * 100)
    session = SharedValue("shop", door, pause_seconds=30, clock=time)
    tried: list[float] = []
    while time.seconds < 4 * 3_600:
        logins = door.logins
        with pytest.raises(SourceAuthFailed):
            await session.get(operation())
        if door.logins > logins:
            tried.append(time.seconds)
        time.seconds += 10

    assert tried == [0, 30, 90, 210, 450, 930, 1_890, 3_810, 7_410, 11_010]


async def test_a_refusal_long_after_the_last_one_is_a_first_one_again() -> None:
    time, door = Time(), Door(*[SourceAuthFailed("shop", "Invalid Credentials")] * 3)
    session = SharedValue("shop", door, pause_seconds=30, clock=time)
    for seconds in (0, 30, 150):
        time.seconds = seconds
        with pytest.raises(SourceAuthFailed):
            await session.get(operation())

    time.seconds = 180

    assert await session.get(operation()) == "token 4"


async def test_a_refusal_that_many_callers_tell_of_is_one() -> None:
    time, door = Time(), Door()
    session = SharedValue("shop", door, pause_seconds=30, clock=time)
    await session.get(operation())
    for _ in range(10):
        session.refuse(SourceAuthFailed("shop", "Locked"))

    time.seconds = 30

    assert await session.get(operation()) == "token 2"


async def test_a_source_that_refuses_a_fresh_token_is_not_logged_in_to_for_a_while() -> None:
    door = Door()
    session = SharedValue("shop", door, clock=Time())
    token = await session.get(operation())

    session.refuse(SourceAuthFailed("shop", "Locked"))

    with pytest.raises(SourceAuthFailed):
        await session.renew(token, operation())
    assert door.logins == 1


async def test_a_login_that_nobody_waits_for_may_fail_in_silence() -> None:
    door = Door(SourceUnavailable("shop"))
    door.open.clear()
    session = SharedValue("shop", door)
    with pytest.raises(SourceTimeout):
        await session.get(operation(0.01))

    door.open.set()
    await asyncio.sleep(0.01)

    assert await session.get(operation()) == "token 2"


async def test_a_token_that_was_handed_out_during_a_login_is_older_than_what_that_gives() -> None:
    door = Door()
    session = SharedValue("shop", door)
    door.open.clear()
    waiting = asyncio.create_task(session.get(operation()))
    await asyncio.sleep(0)

    session.replace("slid")
    late = asyncio.create_task(session.get(operation()))
    await asyncio.sleep(0)
    door.open.set()

    assert [await waiting, await late] == ["token 1", "token 1"]
