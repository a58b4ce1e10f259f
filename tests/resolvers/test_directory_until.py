"""The directory as an operation has it: until the deadline, and every failure counted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import pytest

from resolvers.directory_until import DirectoryTally, DirectoryUntil
from resolvers.model.customer import Account
from resolvers.model.errors import DirectoryUnavailable, OperationTimeout
from resolvers.model.identity import AccountRef
from resolvers.model.operation import Operation
from tests.customers.counting import CountingDirectory

REF = AccountRef("shop", "7")


class Silent(CountingDirectory):
    async def accounts(self, refs: Sequence[AccountRef]) -> dict[AccountRef, Account]:
        await asyncio.Event().wait()
        return {}


class Broken(CountingDirectory):
    async def accounts(self, refs: Sequence[AccountRef]) -> dict[AccountRef, Account]:
        raise DirectoryUnavailable("connection refused")


@pytest.mark.parametrize("directory", [Silent(), Broken()])
async def test_what_is_not_there_by_the_deadline_is_a_failure_of_the_directory(directory: CountingDirectory) -> None:
    tally = DirectoryTally()
    until = DirectoryUntil(directory, Operation(time.monotonic() + 0.05), tally)

    with pytest.raises(DirectoryUnavailable):
        async with asyncio.timeout(30):
            await until.accounts([REF])

    assert tally.failures == 1


async def test_what_is_at_hand_waits_for_nothing_and_is_there_after_the_deadline() -> None:
    directory = CountingDirectory()
    directory.owners["7"] = "C-1"
    until = DirectoryUntil(directory, Operation(time.monotonic() - 1), DirectoryTally())

    found = await until.accounts([REF])

    assert found[REF].customer_id == "C-1"


@pytest.mark.parametrize("seconds_left", [-1, 0.05])
async def test_a_directory_that_is_asked_when_the_time_is_as_good_as_over_is_not_the_one_that_failed(
    seconds_left: float,
) -> None:
    tally, now = DirectoryTally(), time.monotonic()
    until = DirectoryUntil(Silent(), Operation(now + seconds_left, begun_at=now - 10), tally)

    with pytest.raises(OperationTimeout):
        await until.accounts([REF])

    assert tally.failures == 0
