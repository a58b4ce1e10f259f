"""A call is written with the credential of the moment at which it has its place, and nobody logs in with a place."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from resolvers.model.errors import SourceAuthFailed, SourceTimeout, SourceUnavailable
from resolvers.model.operation import Operation
from resolvers.transport.http import HttpTransport
from resolvers.transport.messages import UpstreamReply, UpstreamRequest
from resolvers.transport.shared_value import SharedValue
from tests.transport.calls import call, operation, transport


class Shop(httpx.AsyncBaseTransport):
    """Lets in with the newest key alone; `open` holds all its answers back."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.keys = 0
        self.most_at_once = self._at_once = 0
        self.open = asyncio.Event()
        self.open.set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The list, the next key for a login, or a refusal."""
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        key = request.headers.get("x-key", "login")
        self.sent.append(key)
        await self.open.wait()
        await asyncio.sleep(0)
        self._at_once -= 1
        if key != "login":
            return httpx.Response(200 if key == f"key {self.keys}" else 401)
        self.keys += 1
        return httpx.Response(200, content=f"key {self.keys}".encode())


class Caller:
    """Calls a shop with a key that all share."""

    def __init__(self, shop: httpx.AsyncBaseTransport, places: int, **settings: Any) -> None:
        self.way: HttpTransport = transport(shop, max_concurrency=places, **settings)
        self.key = SharedValue("shop", self._log_in)

    async def _log_in(self, operation: Operation) -> str:
        request = UpstreamRequest(method="POST", path="login")
        return await self.way.fetch(request, call(), operation, lambda reply: reply.content.decode())

    async def ask(self, of: Operation | None = None) -> int:
        """The status, after a login for a key that was refused."""

        def write(key: str) -> UpstreamRequest:
            return UpstreamRequest(method="GET", path="list", headers={"X-Key": key}, accept=frozenset({200, 401}))

        def read(key: str, reply: UpstreamReply) -> int:
            if reply.status == 401:
                self.key.drop(key)
            return reply.status

        asked, of = call(), of or operation()
        while (status := await self.way.fetch_with(self.key, write, asked, of, read)) == 401:
            pass
        return status


async def one_under_way_and_one_waiting(caller: Caller, shop: Shop) -> tuple[asyncio.Task[int], asyncio.Task[int]]:
    """Two calls for one place, both with the key of a login before them, while the shop holds its answers back."""
    await caller.ask()
    shop.open.clear()
    under_way = asyncio.create_task(caller.ask())
    await asyncio.sleep(0)
    waiting = asyncio.create_task(caller.ask())
    await asyncio.sleep(0)
    return under_way, waiting


@pytest.mark.parametrize("places", [1, 3])
async def test_a_login_finds_a_place_however_many_wait_for_one_and_for_it(places: int) -> None:
    shop = Shop()
    caller = Caller(shop, places)
    await caller.ask()
    shop.keys += 1  # the key has ended
    shop.sent.clear()

    statuses = await asyncio.gather(*(caller.ask() for _ in range(30)))

    assert set(statuses) == {200}
    assert shop.sent.count("login") == 1
    assert shop.sent.count("key 1") <= places
    assert shop.most_at_once == places


async def test_who_finds_its_credential_gone_when_its_place_comes_logs_in_first() -> None:
    shop = Shop()
    caller = Caller(shop, 1)
    under_way, waiting = await one_under_way_and_one_waiting(caller, shop)

    caller.key.drop("key 1")
    shop.open.set()

    assert (await under_way, await waiting) == (200, 200)
    assert shop.sent == ["login", "key 1", "key 1", "login", "key 2"]


async def test_a_login_that_fails_meanwhile_fails_those_who_find_their_credential_gone() -> None:
    shop = Shop()
    caller = Caller(shop, 1)
    under_way, waiting = await one_under_way_and_one_waiting(caller, shop)

    caller.key.refuse(SourceAuthFailed("shop", "locked"))
    shop.open.set()

    assert await under_way == 200
    with pytest.raises(SourceAuthFailed):
        await waiting
    assert caller.way.tally.calls == {("Invoices", "OK"): 3, ("Invoices", "SOURCE_AUTH_FAILED"): 1}


async def test_a_login_that_takes_longer_than_the_operation_is_a_timeout_and_keeps_no_place() -> None:
    shop = Shop()
    caller = Caller(shop, 1)
    shop.open.clear()

    with pytest.raises(SourceTimeout):
        await caller.ask(operation(0.02))

    shop.open.set()
    assert await caller.ask() == 200
    assert shop.sent == ["login", "key 1"]


async def test_a_call_that_fails_is_written_anew_for_no_retry_and_its_login_is_none_of_its_attempts() -> None:
    replies = iter([httpx.Response(200, content=b"key 1"), httpx.Response(503), httpx.Response(503)])
    caller = Caller(httpx.MockTransport(lambda _request: next(replies)), 1, retries=1)

    with pytest.raises(SourceUnavailable):
        await caller.ask()

    assert caller.way.tally.retries == 1


async def test_what_a_login_gave_is_lent_from_the_moment_on_at_which_it_is_over() -> None:
    lent: list[str | None] = []

    def look() -> None:
        with session.lent() as value:
            lent.append(value)

    async def log_in(_operation: Operation) -> str:
        asyncio.get_running_loop().call_soon(look)
        return "key"

    session = SharedValue("shop", log_in)

    await session.get(operation())

    assert lent == ["key"]
