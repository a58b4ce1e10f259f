"""Who may change an invoice now: one at a time, on both databases, in however many processes."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.engine import open_engine
from resolvers.customers.leases import SqlLeases
from resolvers.customers.tables import leases_table
from resolvers.customers.transaction import LONGEST_TERM
from resolvers.writing.desk import GRACE_SECONDS
from service.settings import ServerSettings
from tests.sources.upstream import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def leases(engine: AsyncEngine, clock: Clock) -> SqlLeases:
    return SqlLeases(engine, clock)


async def test_of_many_at_once_one_has_the_invoice(leases: SqlLeases, engine: AsyncEngine, clock: Clock) -> None:
    others = [open_engine(engine.url.render_as_string(hide_password=False)) for _ in range(3)]
    all_ = [leases, *(SqlLeases(other, clock) for other in others)] * 3

    taken = await asyncio.gather(*(one.take("i", uuid4().hex, 60, patience=10) for one in all_))

    assert taken.count(True) == 1
    for other in others:
        await other.dispose()


async def test_a_lease_that_is_given_back_is_the_next_ones_and_no_row_is_left(
    leases: SqlLeases, engine: AsyncEngine
) -> None:
    assert await leases.take("i", "a", 5, patience=5)
    assert not await leases.take("i", "b", 5, patience=5)
    assert await leases.take("j", "b", 5, patience=5)

    await leases.give_back("i", "a", patience=5)

    assert await leases.take("i", "b", 5, patience=5)
    await leases.give_back("i", "b", patience=5)
    await leases.give_back("j", "b", patience=5)
    async with engine.connect() as connection:
        assert (await connection.execute(select(leases_table))).all() == []


async def test_a_lease_of_a_clock_that_was_ahead_is_over_once_that_is_right(leases: SqlLeases, clock: Clock) -> None:
    clock.pass_by(days=365)
    await leases.take("i", "a", 302, patience=5)

    clock.pass_by(days=-365)

    assert await leases.take("i", "b", 302, patience=5)
    assert not await leases.take("i", "c", 302, patience=5)


async def test_a_lease_of_a_process_that_died_ends_by_itself(leases: SqlLeases, clock: Clock) -> None:
    await leases.take("i", "a", 5, patience=5)

    clock.pass_by(seconds=5)

    assert await leases.take("i", "b", 5, patience=5)


async def test_who_gives_back_too_late_takes_nothing_from_the_next(leases: SqlLeases, clock: Clock) -> None:
    await leases.take("i", "a", 5, patience=5)
    clock.pass_by(seconds=5)
    await leases.take("i", "b", 5, patience=5)

    await leases.give_back("i", "a", patience=5)

    assert not await leases.take("i", "c", 5, patience=5)


def test_no_operation_may_take_as_long_as_a_lease_that_a_wrong_clock_made() -> None:
    apart = 30.0  # that the clocks of two replicas may be

    with pytest.raises(ValidationError, match="less than or equal to"):
        ServerSettings(deadline_seconds=LONGEST_TERM.total_seconds() - GRACE_SECONDS - apart)
