"""Gateways over one directory, and one that is killed in the middle: no second invoice, and no change undone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.books import Account
from sandbox.faults import Fault
from sandbox.server import Sandbox
from tests.writing.conftest import CREATE, UPDATE, OwnGateway, draft, imported, posts


@pytest.fixture
def gateway(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnGateway]:
    made = imported(sandbox, tmp_path_factory.mktemp("killed"))
    made.start()
    yield made
    made.kill()


async def send(gateway: OwnGateway, given: dict[str, object], document: str = CREATE) -> Any:
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        reply = await client.post(f"{gateway.url}/graphql", json={"query": document, "variables": {"input": given}})
    (payload,) = reply.json()["data"].values()
    return payload


async def arrived(sandbox: Sandbox) -> None:
    async with asyncio.timeout(10):
        while not sandbox.board.calls:  # noqa: ASYNC110  # it is another thread that takes the call
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(("fault", "created"), [(Fault("hang", times=1), 0), (Fault("trickle", times=1, seconds=5), 1)])
async def test_a_killed_creation_is_found_out_and_not_repeated(
    gateway: OwnGateway, sandbox: Sandbox, buyer: Account, fault: Fault, created: int
) -> None:
    given, before = draft(buyer), len(sandbox.books.of("orders", buyer.key) or ())
    sandbox.board.faults["orders"] = fault
    first = asyncio.create_task(send(gateway, given))
    await arrived(sandbox)
    await asyncio.sleep(0.2)
    gateway.kill()
    with contextlib.suppress(httpx.HTTPError):
        await first
    sandbox.board.faults.clear()

    gateway.start()
    payloads = [await send(gateway, given) for _ in range(2)]

    for payload in payloads:
        assert payload["invoice"] is None
        assert [error["code"] for error in payload["userErrors"]] == ["SOURCE_OUTCOME_UNKNOWN"]
    assert len(sandbox.books.of("orders", buyer.key) or ()) == before + created
    assert sum(1 for call in sandbox.board.calls if call.source == "orders") == 1
    assert (await send(gateway, draft(buyer)))["userErrors"] == []


async def test_two_processes_with_one_directory_create_one(
    gateway: OwnGateway, sandbox: Sandbox, buyer: Account, tmp_path: Path
) -> None:
    other = OwnGateway(tmp_path, gateway.configuration, gateway.environ)
    other.start()
    given = draft(buyer)
    sandbox.board.faults["orders"] = Fault("slow", times=1, seconds=0.5)

    payloads = await asyncio.gather(*(send(one, given) for one in (gateway, other) * 5))

    assert len({payload["invoice"]["id"] for payload in payloads}) == 1
    assert posts(sandbox) == 1
    other.kill()


async def test_two_processes_with_one_directory_change_an_invoice_one_after_the_other(
    gateway: OwnGateway, sandbox: Sandbox, buyer: Account, tmp_path: Path
) -> None:
    other = OwnGateway(tmp_path, gateway.configuration, gateway.environ)
    other.start()
    id_ = (await send(gateway, draft(buyer)))["invoice"]["id"]
    sandbox.board.faults["orders"] = Fault("slow", after=1, times=1, seconds=0.5)

    payloads = await asyncio.gather(
        send(gateway, {"id": id_, "instructions": "Ring twice"}, UPDATE),
        send(other, {"id": id_, "orderDate": "2026-11-19"}, UPDATE),
    )

    assert [payload["userErrors"] for payload in payloads] == [[], []]
    left = (await send(gateway, {"id": id_}, UPDATE))["invoice"]
    assert (left["instructions"], left["orderDate"]) == ("Ring twice", "2026-11-19")
    other.kill()


async def test_a_source_that_cannot_be_reached_leaves_the_key_free(
    gateway: OwnGateway, sandbox: Sandbox, buyer: Account, unused_tcp_port: int, tmp_path: Path
) -> None:
    given = draft(buyer)
    nowhere = {"INVOICE_GRAPH__SOURCES__ORDERS__BASE_URL": f"http://127.0.0.1:{unused_tcp_port}"}
    elsewhere = OwnGateway(tmp_path, gateway.configuration, gateway.environ | nowhere)
    elsewhere.start()
    unsent = await send(elsewhere, given)
    elsewhere.kill()

    payload = await send(gateway, given)

    assert [error["code"] for error in unsent["userErrors"]] == ["SOURCE_UNAVAILABLE"]
    assert payload["userErrors"] == []
    assert posts(sandbox) == 1
