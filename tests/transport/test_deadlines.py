from __future__ import annotations

import asyncio
import os
import time
from typing import Any

import pytest

from resolvers.transport.deadlines import Deadlines


async def wait(deadlines: Deadlines, seconds: float) -> None:
    with deadlines.within(seconds):
        await asyncio.Event().wait()


async def test_what_takes_too_long_ends_and_the_others_go_on() -> None:
    sut = Deadlines()
    patient = asyncio.create_task(wait(sut, 60))
    short = [asyncio.create_task(wait(sut, seconds)) for seconds in (0.03, 0.02, 0.0)]

    async with asyncio.timeout(5):
        ends = await asyncio.gather(*short, return_exceptions=True)

    assert [type(end) for end in ends] == [TimeoutError] * 3
    assert not patient.done()
    patient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await patient


async def test_what_is_given_more_time_goes_on_until_there_is_no_more() -> None:
    more = [0.01, 0.01, 0.0]

    async def wait_patiently() -> None:
        with Deadlines().within(0.01, lambda: more.pop(0)):
            await asyncio.Event().wait()

    async with asyncio.timeout(5):
        with pytest.raises(TimeoutError):
            await wait_patiently()

    assert more == []


async def test_what_came_while_the_loop_stood_still_has_come_in_time() -> None:
    sut, loop = Deadlines(), asyncio.get_running_loop()
    here, there = os.pipe()

    async def read() -> bytes:
        come = loop.create_future()
        come.add_done_callback(lambda _: loop.remove_reader(here))
        loop.add_reader(here, come.set_result, b"something")
        with sut.within(0.01):
            return bytes(await come)

    reading, waiting = asyncio.create_task(read()), asyncio.create_task(wait(sut, 0.01))
    await asyncio.sleep(0)
    os.write(there, b"x")
    time.sleep(0.2)  # noqa: ASYNC251  # it is the loop that stands still

    assert await reading == b"something"
    with pytest.raises(TimeoutError):
        await waiting
    os.close(here)
    os.close(there)


async def test_who_comes_when_the_timer_has_rung_has_one_again() -> None:
    sut = Deadlines()

    async with asyncio.timeout(5):
        for _ in range(2):
            with pytest.raises(TimeoutError):
                await wait(sut, 0.01)


async def test_what_ends_in_time_is_left_alone() -> None:
    sut = Deadlines()
    with sut.within(0.01):
        pass

    await asyncio.sleep(0.03)

    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_what_fails_while_it_is_ended_tells_its_own_error() -> None:
    async def fail_at_the_end() -> None:
        with Deadlines().within(0.0):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                raise KeyError from None

    with pytest.raises(KeyError):
        await asyncio.create_task(fail_at_the_end())


async def test_what_is_ended_may_take_its_time_to_clean_up() -> None:
    sut, cleaned = Deadlines(), asyncio.Event()

    async def clean_up_slowly() -> None:
        with sut.within(0.0):
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0.02)
                cleaned.set()

    with pytest.raises(TimeoutError):
        await asyncio.create_task(clean_up_slowly())

    assert cleaned.is_set()


async def test_who_is_cancelled_and_late_at_once_stays_cancelled() -> None:
    sut = Deadlines()
    late = asyncio.create_task(wait(sut, 0.0))
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_soon(late.cancel)

    with pytest.raises(asyncio.CancelledError):
        await late


async def test_many_that_end_in_time_share_one_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    sut, loop = Deadlines(), asyncio.get_running_loop()
    call_later, timers = loop.call_later, list[float]()

    def counted(delay: float, *asked: Any) -> asyncio.TimerHandle:
        timers.append(delay)
        return call_later(delay, *asked)

    monkeypatch.setattr(loop, "call_later", counted)

    for _ in range(100):
        with sut.within(60):
            await asyncio.sleep(0)

    assert len(timers) == 1
