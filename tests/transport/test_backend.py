"""What the log tells of a cache that fails: enough to mend it, and nothing that is secret."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from resolvers.transport.backend import Backend


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
