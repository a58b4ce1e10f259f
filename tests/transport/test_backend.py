"""What the log tells of a cache that fails: enough to mend it, and nothing that is secret."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from resolvers.transport.backend import Backend
from resolvers.transport.breaker import Breaker


@pytest.mark.parametrize(
    ("answer", "error", "detail"),
    [
        ("-NOAUTH Authentication required.", "AuthenticationError", "Authentication required."),
        (
            "-WRONGPASS invalid username-password pair or user is disabled.",
            "AuthenticationError",
            "invalid username-password pair or user is disabled.",
        ),
        ("-ERR DB index is out of range", "ResponseError", "DB index is out of range"),
        (
            "-OOM command not allowed when used memory > 'maxmemory'.",
            "OutOfMemoryError",
            "command not allowed when used memory >",
        ),
        (
            "-ERR unknown command 'AUTH', with args beginning with: 'hunter2'",
            "ResponseError",
            "unknown command",
        ),
        ("-ERR unknown command `AUTH`, with args beginning with: `hunter2`", "ResponseError", "unknown command"),
    ],
)
async def test_why_the_cache_failed_is_in_the_log_without_what_it_quotes(answer: str, error: str, detail: str) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while await reader.read(1_000):
                writer.write(f"{answer}\r\n".encode())
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    backend = Backend(f"redis://:hunter2@127.0.0.1:{server.sockets[0].getsockname()[1]}/0", 1_000)

    with capture_logs() as lines:
        await backend.guarded("get", lambda: backend.get("key"))

    assert [(line["event"], line["error"], line["detail"]) for line in lines] == [("cache_failed", error, detail)]
    assert "hunter2" not in str(lines)
    await backend.aclose()
    server.close()


async def test_a_cache_that_is_not_there_is_told_as_that(unused_tcp_port: int) -> None:
    backend = Backend(f"redis://:hunter2@127.0.0.1:{unused_tcp_port}/0", 1_000)

    with capture_logs() as lines:
        await backend.guarded("get", lambda: backend.get("key"))

    assert [line["error"] for line in lines] == ["ConnectionError"]
    assert f"connecting to 127.0.0.1:{unused_tcp_port}" in lines[0]["detail"]
    await backend.aclose()


async def test_what_came_while_the_loop_was_busy_is_no_silence(redis_url: str) -> None:
    backend = Backend(redis_url, 1_000, breaker=Breaker(failures=1_000))
    await backend.guarded("put", lambda: backend.set("busy", b"kept", 60))

    with capture_logs() as lines:
        for _ in range(2):  # the second time, the connections are there
            asking = []
            for _ in range(20):  # each is as far as it comes in so many turns
                asking.append(asyncio.create_task(backend.guarded("get", lambda: backend.get("busy"))))
                await asyncio.sleep(0)
            asyncio.get_running_loop().call_soon(time.sleep, 0.3)
            found = await asyncio.gather(*asking)

    assert (found, lines) == ([b"kept"] * 20, [])
    await backend.guarded("forget", lambda: backend.delete("busy"))
    await backend.aclose()


async def test_more_questions_than_connections_are_answered_in_turn() -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while asked := await reader.read(1_000):
                if b"GET" in asked:
                    await asyncio.sleep(1.2)
                    writer.write(b"$10\r\nbytes:kept\r\n")
                else:
                    writer.write(b"+PONG\r\n" if b"PING" in asked else b"+OK\r\n" * asked.count(b"*"))
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
    backend = Backend(url, 1_000, patience_seconds=3)

    with capture_logs() as lines:
        found = await asyncio.gather(*(backend.guarded("get", lambda: backend.get("key")) for _ in range(150)))

    assert (found, lines) == ([b"kept"] * 150, [])
    await backend.aclose()
    server.close()


async def test_a_cache_that_says_nothing_is_told_as_silent() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    backend = Backend(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0", 1_000)

    with capture_logs() as lines:
        await backend.guarded("get", lambda: backend.get("key"))

    assert [line["error"] for line in lines] == ["TimeoutError"]
    await backend.aclose()
    server.close()
