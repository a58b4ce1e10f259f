"""Who calls is let in within a few turns of the loop, however long a turn is and however many call."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Self

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


@pytest.fixture
def house() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=CALLERS) as sock:
        yield sock


@pytest.fixture
def call(house: socket.socket) -> Iterator[Callable[[], socket.socket]]:
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
    house: socket.socket, call: Callable[[], socket.socket], loop: Callable[[], asyncio.AbstractEventLoop]
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


async def test_who_is_on_the_way_in_when_it_closes_is_let_in(
    house: socket.socket, call: Callable[[], socket.socket]
) -> None:
    async with Guests() as guests:
        entrance = Entrance(house, guests.protocol)
        call()

        entrance.let_in()
        inside_before = len(guests.inside)
        await entrance.close()
        call()
        await asyncio.sleep(0.05)

        assert (inside_before, len(guests.inside)) == (0, 1)


async def test_who_calls_while_no_file_is_left_is_let_in_when_there_is_one(
    house: socket.socket, call: Callable[[], socket.socket]
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


async def test_a_pause_ends_with_the_entrance(house: socket.socket, call: Callable[[], socket.socket]) -> None:
    async with Guests() as guests:
        entrance = Entrance(house, guests.protocol, pause_seconds=0.05)
        call()

        with no_file_left(), capture_logs():
            entrance.let_in()
        await entrance.close()
        await asyncio.sleep(0.1)

        assert guests.inside == []
