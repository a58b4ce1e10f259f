"""What comes after a fault: the source is left alone, asked again, and whole; and nobody waits beyond the deadline."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from resolvers.model.identity import invoice_id
from sandbox.books import SOURCES
from sandbox.faults import Fault
from sandbox.server import Sandbox
from tests.contract.adapter import Adapter
from tests.faults.account import LIST, Account, told_by
from tests.faults.conftest import Open
from tests.faults.house import USUAL, House

CUSTOMER = "C-1001"
FAILURES_UNTIL_LEFT_ALONE = 5
EVERYONE = pytest.mark.parametrize("adapter", list(USUAL.values()), ids=list(USUAL))


async def ask(house: House, adapter: Adapter) -> Account:
    """The customer's list, and one invoice of the source in trouble."""
    books = house.sandbox.books
    account = next(of for of in books.accounts if (of.customer_id, of.source) == (CUSTOMER, adapter.emulator))
    newest = books.invoices[adapter.emulator, account.key][0]
    told = told_by(books, CUSTOMER, adapter)
    body: Any = await house.ask(LIST, customer=CUSTOMER, one=invoice_id(adapter.emulator, account.key, newest.id))
    return Account(body, told, told)


@EVERYONE
async def test_a_source_that_keeps_failing_is_left_alone_and_whole_again_after_its_pause(
    open_house: Open, sandbox: Sandbox, adapter: Adapter
) -> None:
    house = open_house(adapter)
    assert (await ask(house, adapter)).silent() == []
    house.arm("status_503")
    for _ in range(FAILURES_UNTIL_LEFT_ALONE):
        failed = await ask(house, adapter)
    sandbox.board.calls.clear()
    failed = await ask(house, adapter)
    assert failed.result(adapter.emulator)["error"]["code"] == "CIRCUIT_OPEN"
    assert [call for call in sandbox.board.calls if call.source == adapter.emulator] == []

    house.heal()

    assert [source for source in SOURCES if not (await ask(house, adapter)).is_whole(source)] == []


@EVERYONE
async def test_a_probe_that_fails_is_one_call_and_leaves_the_source_alone_again(
    open_house: Open, sandbox: Sandbox, adapter: Adapter
) -> None:
    house = open_house(adapter)
    house.arm("status_503")
    for _ in range(FAILURES_UNTIL_LEFT_ALONE):
        await ask(house, adapter)
    sandbox.board.calls.clear()

    house.seconds += 60
    failed = await ask(house, adapter)

    assert failed.result(adapter.emulator)["status"] in ("FAILED", "CIRCUIT_OPEN")
    assert len([call for call in sandbox.board.calls if call.source == adapter.emulator]) == 1


@EVERYONE
async def test_a_source_that_fails_once_is_whole_all_the_same(
    open_house: Open, sandbox: Sandbox, adapter: Adapter
) -> None:
    house = open_house(adapter)
    house.arm("reset", times=1)

    told = await ask(house, adapter)

    assert [source for source in SOURCES if not told.is_whole(source)] == []


async def test_five_sources_that_hang_are_given_up_at_the_operations_deadline(
    open_house: Open, sandbox: Sandbox
) -> None:
    adapter = USUAL["shop"]
    house = open_house(adapter, deadline_seconds=0.3)
    for source in SOURCES:
        sandbox.board.faults[source] = Fault("hang")

    told = await ask(house, adapter)

    statuses = {source: told.result(source)["status"] for source in SOURCES}
    assert (statuses, told.rows) == (dict.fromkeys(SOURCES, "TIMED_OUT"), [])


@EVERYONE
async def test_a_client_who_leaves_takes_the_calls_along_and_frees_their_places(
    open_house: Open, sandbox: Sandbox, adapter: Adapter
) -> None:
    house = open_house(adapter, max_concurrency=1)
    await ask(house, adapter)  # logged in: a login goes on for whoever comes next
    house.arm("hang", times=1)
    leaving = asyncio.create_task(ask(house, adapter))
    async with asyncio.timeout(20):
        while adapter.emulator in sandbox.board.faults:  # noqa: ASYNC110  # the sandbox is in another thread
            await asyncio.sleep(0.01)

    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving

    told = await ask(house, adapter)
    assert [source for source in SOURCES if not told.is_whole(source)] == []
