import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from service.reader_watch import ReaderWatch

SECONDS = 0.1


@asynccontextmanager
async def connection(
    is_waited_for: Callable[[asyncio.Transport], bool],
    pair: Callable[[], tuple[socket.socket, socket.socket]] = socket.socketpair,
) -> AsyncIterator[tuple[asyncio.Transport, socket.socket]]:
    """A watched connection to which much was written, and the reader's end of it."""
    ours, theirs = pair()
    theirs.setblocking(False)
    transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=ours)
    watch = ReaderWatch(transport, lambda: is_waited_for(transport), SECONDS)
    transport.write(b"x" * 10_000_000)
    watch.begin()
    try:
        yield transport, theirs
    finally:
        watch.end()
        transport.abort()
        theirs.close()


def over_tcp() -> tuple[socket.socket, socket.socket]:
    """Two ends of a connection for which the system holds megabytes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        theirs = socket.create_connection(server.getsockname())
        ours, _ = server.accept()
    return ours, theirs


def is_open(transport: asyncio.Transport) -> bool:
    return not transport.is_closing()


async def test_a_client_that_reads_nothing_is_given_up() -> None:
    async with connection(is_open) as (transport, _), asyncio.timeout(5):
        while is_open(transport):  # noqa: ASYNC110  # a transport has no event to wait for
            await asyncio.sleep(SECONDS / 10)
        assert transport.get_write_buffer_size() == 0


async def test_a_client_that_reads_steadily_is_not() -> None:
    async with connection(is_open) as (transport, theirs):
        for _ in range(40):
            await asyncio.get_running_loop().sock_recv(theirs, 50_000)
            await asyncio.sleep(SECONDS / 10)

        assert is_open(transport)
        assert transport.get_write_buffer_size() > 0


async def test_a_client_is_reading_that_takes_what_the_system_holds_for_it() -> None:
    async with connection(is_open, over_tcp) as (transport, theirs):
        for _ in range(16):
            await asyncio.sleep(SECONDS / 2)
            await asyncio.get_running_loop().sock_recv(theirs, 300_000)

        assert is_open(transport)
        assert transport.get_write_buffer_size() > 0


async def test_nobody_is_given_up_whose_answer_is_not_waited_for() -> None:
    async with connection(lambda _: False) as (transport, _):
        await asyncio.sleep(SECONDS * 3)

        assert is_open(transport)


async def test_of_a_connection_that_is_gone_nobody_says_that_it_is_not_read() -> None:
    async with connection(is_open) as (transport, theirs):
        watch = ReaderWatch(transport, transport.is_closing, SECONDS)
        theirs.close()
        transport.abort()
        watch.end()

        with structlog.testing.capture_logs() as logged:
            watch.begin()
            await asyncio.sleep(SECONDS * 3)

    assert logged == []
