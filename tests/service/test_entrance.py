"""Who calls is let in within a few turns of the loop, however long a turn is and however many call."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Self

import pytest
import uvloop
from structlog.testing import capture_logs

from service.entrance import Entrance

CALLERS = 200
PATIENCE_SECONDS = 20


class Guests:
    """Those who were let in, who leave with the block."""

    def __init__(self) -> None:
        self.inside: list[asyncio.Transport] = []

    async def __aenter__(self) -> Self:
        self.another = asyncio.Event()
        return self

    async def __aexit__(self, *_: object) -> None:
        for transport in self.inside:
            transport.abort()
        await asyncio.sleep(0.01)

    def protocol(self) -> asyncio.Protocol:
        return _Guest(self)


class _Guest(asyncio.Protocol):
    def __init__(self, guests: Guests) -> None:
        self._guests = guests

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # a socket's always is
        self._guests.inside.append(transport)
        self._guests.another.set()


class House(socket.socket):
    """Where they call; it counts how often it is asked for one of them, and first raises its `faults`."""

    def __init__(self) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_STREAM)
        self.asked, self.taken = 0, 0
        self.faults: list[OSError] = []

    def accept(self) -> tuple[socket.socket, Any]:
        self.asked += 1
        if self.faults:
            raise self.faults.pop(0)
        newcomer = super().accept()
        self.taken += 1
        return newcomer


@pytest.fixture
def house() -> Iterator[House]:
    with House() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(CALLERS)
        yield sock


@pytest.fixture
def call(house: House) -> Iterator[Callable[[], socket.socket]]:
    with ExitStack() as calls:
        yield lambda: calls.enter_context(socket.create_connection(house.getsockname(), PATIENCE_SECONDS))


@contextmanager
def no_file_left() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("loop", [uvloop.new_event_loop, asyncio.new_event_loop])
def test_all_who_wait_are_let_in_within_a_few_turns(
    house: House, call: Callable[[], socket.socket], loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    async def turns() -> int:
        async with Guests() as guests:
            entrance = Entrance(house, guests.protocol)
            taken = 0
            while len(guests.inside) < CALLERS:
                taken += 1
                await asyncio.get_running_loop().create_task(one_turn())
            await entrance.close()
        return taken

    async def one_turn() -> None:
        pass

    for _ in range(CALLERS):
        call()
    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(turns()) < 20


async def test_who_is_on_the_way_in_when_it_closes_is_let_in(house: House, call: Callable[[], socket.socket]) -> None:
    async with Guests() as guests:
        entrance = Entrance(house, guests.protocol)
        call()

        entrance.let_in()
        inside_before = len(guests.inside)
        await entrance.close()
        inside_then = len(guests.inside)
        call()
        await asyncio.sleep(0.05)

        assert (inside_before, inside_then, len(guests.inside)) == (0, 1, 1)


async def test_who_calls_while_no_file_is_left_is_let_in_when_there_is_one(
    house: House, call: Callable[[], socket.socket]
) -> None:
    async with Guests() as guests:
        entrance = Entrance(house, guests.protocol, pause_seconds=0.05)
        call()

        with no_file_left(), capture_logs() as lines:
            entrance.let_in()
        inside_before = len(guests.inside)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await guests.another.wait()
        await entrance.close()

        assert (inside_before, len(guests.inside)) == (0, 1)
        assert lines == [{"event": "no connection taken", "log_level": "warning", "reason": "Too many open files"}]


async def test_a_pause_ends_with_the_entrance(house: House, call: Callable[[], socket.socket]) -> None:
    async with Guests() as guests:
        entrance = Entrance(house, guests.protocol, pause_seconds=0.05)
        call()

        with no_file_left(), capture_logs():
            entrance.let_in()
        await entrance.close()
        await asyncio.sleep(0.1)

        assert guests.inside == []


async def test_twice_as_many_are_let_in_each_turn_and_one_again_when_nobody_waited(
    house: House, call: Callable[[], socket.socket]
) -> None:
    async with Guests() as guests:
        entrance = Entrance(house, guests.protocol)
        taken = [0]
        for callers in (4, 0, 0, 2):
            for _ in range(callers):
                call()
            entrance.let_in()
            taken.append(house.taken)
        await entrance.close()

    assert taken == [0, 1, 3, 4, 5]


async def test_who_left_before_their_turn_is_passed_over(house: House, call: Callable[[], socket.socket]) -> None:
    house.faults.append(ConnectionAbortedError())
    async with Guests() as guests:
        entrance = Entrance(house, guests.protocol)
        call()

        async with asyncio.timeout(PATIENCE_SECONDS):
            await guests.another.wait()
        await entrance.close()


async def test_while_no_file_is_left_the_door_is_not_asked_at_once_again(
    house: House, call: Callable[[], socket.socket]
) -> None:
    house.faults += [OSError(errno.EMFILE, "Too many open files")] * 1_000
    async with Guests() as guests:
        entrance = Entrance(house, guests.protocol, pause_seconds=PATIENCE_SECONDS)
        call()

        with capture_logs() as lines:
            await asyncio.sleep(0.05)
        await entrance.close()

    assert (house.asked, len(lines)) == (1, 1)
