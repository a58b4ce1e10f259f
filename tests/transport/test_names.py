"""Name servers that are silent, fail, or say that there is no such name."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import httpx
import pytest

from resolvers.transport.addresses import PrivateAddress
from resolvers.transport.engine import http_engine
from resolvers.transport.names import NameResolver
from tests.transport.wire import reply, wire

AGAIN = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
NO_SUCH_NAME = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
PATIENCE_SECONDS = 30
MORE_THAN_THE_LOOP_HAS_THREADS = 40


@dataclass(slots=True)
class NameServer:
    """What the system asks: it is silent about names that begin with `silent`, and knows all others."""

    failure: OSError | None = None
    addresses: tuple[str, ...] = ("127.0.0.1",)
    asked: Counter[str] = field(default_factory=Counter)
    speaks: Event = field(default_factory=Event)

    def getaddrinfo(self, host: str, port: int, *_: object, **__: object) -> list[tuple[Any, ...]]:
        self.asked[host] += 1
        if host.startswith("silent"):
            self.speaks.wait()
        if self.failure is not None:
            raise self.failure
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in self.addresses]


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[NameServer]:
    made = NameServer()
    monkeypatch.setattr(socket, "getaddrinfo", made.getaddrinfo)
    yield made
    made.speaks.set()


async def addresses(resolver: NameResolver, host: str = "good.example") -> list[str]:
    return [found["host"] for found in await resolver.resolve(host, 443)]


async def test_names_that_nobody_answers_for_hold_up_no_other_source(server: NameServer) -> None:
    silent = [http_engine(1) for _ in range(MORE_THAN_THE_LOOP_HAS_THREADS)]
    asking = [
        asyncio.create_task(engine.handle_async_request(httpx.Request("GET", f"http://silent-{number}.example/")))
        for number, engine in enumerate(silent)
    ]
    await asyncio.sleep(0.01)

    async with wire(reply(b"fine")) as source, asyncio.timeout(PATIENCE_SECONDS):
        engine = http_engine(1)
        answer = await engine.handle_async_request(
            httpx.Request("GET", source.url.replace("127.0.0.1", "good.example"))
        )
        await answer.aclose()
        await engine.aclose()

    assert answer.status_code == 200
    for task, engine in zip(asking, silent, strict=True):
        task.cancel()
        await engine.aclose()


async def test_where_only_public_addresses_will_do_one_private_among_them_is_enough_to_stay_away(
    server: NameServer,
) -> None:
    server.addresses = ("127.0.0.1", "93.184.215.14")
    async with wire(reply(b"inside")) as inside:
        engine = http_engine(1, public_only=True)
        with pytest.raises(PrivateAddress):
            await engine.handle_async_request(httpx.Request("GET", inside.url.replace("127.0.0.1", "good.example")))
        await engine.aclose()

    assert inside.connections == 0


async def test_a_name_is_looked_up_once_at_a_time(server: NameServer) -> None:
    resolver = NameResolver()
    asking = [asyncio.create_task(addresses(resolver, "silent.example")) for _ in range(5)]
    await asyncio.sleep(0)
    asking.pop().cancel()
    server.speaks.set()

    assert await asyncio.gather(*asking) == [["127.0.0.1"]] * 4
    assert server.asked == {"silent.example": 1}


def fails(server: NameServer) -> None:
    server.failure = AGAIN


def falls_silent(server: NameServer) -> None:
    server.speaks.clear()


@pytest.mark.parametrize("breaks", [fails, falls_silent])
async def test_an_address_is_kept_while_nobody_can_say_where_it_has_moved(
    server: NameServer, breaks: Callable[[NameServer], None]
) -> None:
    resolver = NameResolver()
    server.speaks.set()
    await addresses(resolver, "silent.example")

    breaks(server)

    assert await addresses(resolver, "silent.example") == ["127.0.0.1"]
    assert server.asked["silent.example"] == 2


async def test_a_name_that_is_said_to_be_gone_has_no_address(server: NameServer) -> None:
    resolver = NameResolver()
    await addresses(resolver)

    for failure in (NO_SUCH_NAME, AGAIN):
        server.failure = failure
        with pytest.raises(socket.gaierror):
            await addresses(resolver)


async def test_a_name_that_was_never_known_cannot_be_resolved_while_its_server_fails(server: NameServer) -> None:
    server.failure = AGAIN

    with pytest.raises(socket.gaierror):
        await addresses(NameResolver())
