"""Loaders: what is asked for within a tick is one batch, each key is asked for once, and an error is its own key's."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

import pytest

from resolvers.batch import BatchLoader


class Squares(BatchLoader[int, int]):
    """Notes its batches; what `fault` says of a key, or of the whole batch, comes of it."""

    def __init__(self, fault: Callable[[list[int]], None] = lambda _: None) -> None:
        super().__init__()
        self.batches: list[list[int]] = []
        self._fault = fault

    async def batch_load_fn(self, keys: list[int]) -> list[int | Exception]:  # type: ignore[override]  # errors a key
        """The squares; negative numbers have none here."""
        self.batches.append(keys)
        self._fault(keys)
        return [key * key if key >= 0 else ValueError(key) for key in keys]


async def test_keys_of_a_tick_and_of_the_next_are_one_batch() -> None:
    loader = Squares()

    async def next_tick() -> int:
        return await loader.load(3)

    squares = await asyncio.gather(loader.load(1), loader.load(2), next_tick())

    assert [*squares] == [1, 4, 9]
    assert loader.batches == [[1, 2, 3]]


async def test_a_key_is_asked_for_once() -> None:
    loader = Squares()

    squares = [*await asyncio.gather(loader.load(2), loader.load(2)), await loader.load(2)]

    assert squares == [4, 4, 4]
    assert loader.batches == [[2]]


async def test_a_key_that_came_another_way_is_not_asked_for() -> None:
    loader = Squares()
    loader.prime(2, 5)
    loader.prime(2, 6)

    assert await loader.load(2) == 5
    assert loader.batches == []


async def test_an_error_is_its_own_keys_alone_and_stays() -> None:
    loader = Squares()

    failed, squared = await asyncio.gather(loader.load(-1), loader.load(2), return_exceptions=True)

    assert (type(failed), squared) == (ValueError, 4)
    with pytest.raises(ValueError, match="-1"):
        await loader.load(-1)
    assert loader.batches == [[-1, 2]]


async def test_a_batch_that_fails_is_all_its_keys_error_and_they_are_asked_for_anew() -> None:
    def fail_at_first(_: list[int]) -> None:
        if len(loader.batches) == 1:
            raise KeyError

    loader = Squares(fail_at_first)

    failures = await asyncio.gather(loader.load(1), loader.load(2), return_exceptions=True)

    assert [type(failure) for failure in failures] == [KeyError, KeyError]
    assert await loader.load(1) == 1


async def test_who_leaves_takes_nothing_from_the_others() -> None:
    loader = Squares()
    leaver, stayer = loader.load(1), loader.load(2)

    leaver.cancel()

    assert await stayer == 4


async def test_who_leaves_takes_nothing_from_who_asked_for_the_same() -> None:
    loader = Squares()
    leaver, stayer = loader.load(1), loader.load(1)

    leaver.cancel()

    assert await stayer == 1
    assert await loader.load(1) == 1
    assert loader.batches == [[1]]


async def test_an_error_that_nobody_waits_for_any_more_is_no_complaint() -> None:
    complaints: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, complaint: complaints.append(complaint))
    loader = Squares()
    waiting = asyncio.ensure_future(loader.load(-1))
    await asyncio.sleep(0)

    waiting.cancel()
    while not loader.batches:  # noqa: ASYNC110  # the batch is begun by the loop's own ticks
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    del loader, waiting
    gc.collect()

    assert complaints == []
