"""The load: so many clients, each with one connection, asking one request after the other for a while."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import httptools


@dataclass(frozen=True, slots=True)
class Load:
    """What a batch of requests took: seconds from first to last, and of each request."""

    seconds: float
    latencies: tuple[float, ...]


class WrongAnswer(Exception):
    """A contestant answered with an error."""


class Client:
    """One connection to a contestant."""

    def __init__(self, port: int, path: str) -> None:
        self._port, self._path = port, path
        self._connection: _Connection | None = None

    async def ask(self, document: str, variables: dict[str, object]) -> bytes:
        """The body of the answer. Raises WrongAnswer unless it is 200 and tells of no error."""
        if self._connection is None or self._connection.is_closed:  # servers hang up on the idle
            _, self._connection = await asyncio.get_running_loop().create_connection(
                _Connection, "127.0.0.1", self._port
            )
        status, body = await self._connection.ask(self._written(document, variables))
        if status != 200 or b'"errors"' in body:
            raise WrongAnswer(f"status {status}: {body[:300].decode(errors='replace')}")
        return body

    def close(self) -> None:
        """Hangs up."""
        if self._connection is not None:
            self._connection.close()

    def _written(self, document: str, variables: dict[str, object]) -> bytes:
        body = json.dumps({"query": document, "variables": variables}).encode()
        head = (
            f"POST {self._path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nContent-Type: application/json\r\n"
            f"Accept: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


async def run_load(
    port: int, path: str, *, document: str, variables: Callable[[int], dict[str, object]], clients: int, seconds: float
) -> Load:
    """Asks until the time is over, each client once at least, and waits for what is under way."""
    latencies: list[float] = []
    started = time.perf_counter()
    numbers = iter(range(1_000_000_000))

    async def one() -> None:
        client = Client(port, path)
        try:
            while True:
                before = time.perf_counter()
                await client.ask(document, variables(next(numbers)))
                after = time.perf_counter()
                latencies.append(after - before)
                if after - started >= seconds:
                    return
        finally:
            client.close()

    await asyncio.gather(*(one() for _ in range(clients)))
    return Load(time.perf_counter() - started, tuple(latencies))


class _Connection(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by name
        self._done: asyncio.Future[tuple[int, bytes]] | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        self._body: list[bytes] = []
        self._parser = httptools.HttpResponseParser(self)
        self._done = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._done

    @property
    def is_closed(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, _: Exception | None) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_exception(WrongAnswer("the connection was closed"))

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_result((self._parser.get_status_code(), b"".join(self._body)))
