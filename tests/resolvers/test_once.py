"""What several places of an operation want alike is made once, by the first that asks, in time."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from resolvers.addresses import known_addresses
from resolvers.ledger import read_aging, read_balances
from resolvers.model.errors import BadUserInput, OperationTimeout
from resolvers.model.operation import Operation
from resolvers.once import Once
from tests.lists.bench import bench_of, request
from tests.lists.shelf import WINDOW, Shelf, account_at, invoice_of

TODAY = date(2026, 11, 21)


@dataclass
class Maker:
    """Makes a number, a new one each time, when it may."""

    may: asyncio.Event = field(default_factory=asyncio.Event)
    made: int = 0

    async def __call__(self) -> int:
        self.made += 1
        await self.may.wait()
        return self.made


def once(clock: Callable[[], float] = lambda: 0.0) -> Once:
    return Once(Operation(8, clock=clock))


async def test_what_is_wanted_again_while_it_is_made_or_later_is_not_made_anew() -> None:
    maker, made = Maker(), once()
    asked = [asyncio.create_task(made.of("a", maker)) for _ in range(3)]
    await asyncio.sleep(0)
    maker.may.set()

    assert [await task for task in asked] == [1, 1, 1]
    assert await made.of("a", maker) == 1
    assert await made.of("b", maker) == 2


async def test_a_failure_is_everybodys() -> None:
    made, calls = once(), 0

    async def fail() -> int:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0)
        raise BadUserInput("no")

    answers = await asyncio.gather(*(made.of("a", fail) for _ in range(3)), return_exceptions=True)

    assert [type(answer) for answer in answers] == [BadUserInput] * 3
    assert calls == 1


async def test_a_failure_tells_at_every_place_where_it_comes_from_and_no_other_place() -> None:
    made = once()

    async def break_() -> int:
        await asyncio.sleep(0)
        raise KeyError("a fault of ours")

    traces = []
    for _ in range(3):
        with pytest.raises(KeyError) as caught:
            await made.of("a", break_)
        traces.append([frame.name for frame in traceback.extract_tb(caught.value.__traceback__)][1:])

    assert traces == [["of", "break_"]] * 3


async def test_where_the_first_gives_up_one_of_the_others_makes_it_anew() -> None:
    maker, made = Maker(), once()
    first, second, third = (asyncio.create_task(made.of("a", maker)) for _ in range(3))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    maker.may.set()

    assert [await second, await third] == [2, 2]


async def test_after_the_operations_time_what_was_made_is_given_and_nothing_else_is_begun() -> None:
    now = 0.0
    maker, made = Maker(), once(lambda: now)
    maker.may.set()
    await made.of("a", maker)
    now = 9.5

    assert await made.of("a", maker) == 1
    with pytest.raises(OperationTimeout):
        await made.of("b", maker)


async def test_what_was_read_by_the_deadline_is_still_put_together() -> None:
    maker, made = Maker(), once(lambda: 8.5)
    maker.may.set()

    assert await made.of("a", maker) == 1


async def test_pages_balances_aging_and_addresses_of_a_customer_are_made_once_an_operation() -> None:
    account = account_at("web", "1")
    shelf = Shelf("web", WINDOW, books={"1": [invoice_of(account, str(day), TODAY - timedelta(day)) for day in (1, 2)]})
    bench = bench_of(shelf)
    session, nowhere = bench.session(), frozenset[str]()

    async def everything() -> list[object]:
        return [
            *await bench.together(session, request(account, first=1)),
            await read_balances(session, [account], nowhere, TODAY),
            await read_aging(session, [account], nowhere, TODAY),
            await known_addresses(session, [account]),
        ]

    first, again = await everything(), await everything()

    assert all(one is other for one, other in zip(first, again, strict=True))
