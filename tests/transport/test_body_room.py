import asyncio

import pytest

from resolvers.transport.body_room import BodyPlace, BodyRoom


async def read(room: BodyRoom, sizes: list[int], most: list[int]) -> None:
    with BodyPlace(room) as place:
        for size in sizes:
            await place.take(size)
            most.append(room.held_bytes)
            await asyncio.sleep(0)


async def test_many_large_bodies_at_once_are_all_read_and_never_hold_more_than_the_room() -> None:
    room = BodyRoom(total_bytes=250, body_bytes=100)
    most: list[int] = []

    async with asyncio.timeout(5):
        await asyncio.gather(*(read(room, [10] * 10, most) for _ in range(40)))

    assert max(most) <= 250
    assert len(most) == 400
    assert room.held_bytes == 0


async def test_a_room_smaller_than_a_body_still_lets_one_pass_after_the_other() -> None:
    room = BodyRoom(total_bytes=1, body_bytes=100)
    most: list[int] = []

    async with asyncio.timeout(5):
        await asyncio.gather(*(read(room, [50, 50], most) for _ in range(10)))

    assert max(most) == 100


async def test_a_body_that_is_given_up_while_it_waits_makes_way_for_the_next() -> None:
    room = BodyRoom(total_bytes=100, body_bytes=100)
    with BodyPlace(room) as first:
        await first.take(60)
        waiting = [asyncio.create_task(read(room, [50], [])) for _ in range(2)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting[0]
        assert not waiting[1].done()

    async with asyncio.timeout(5):
        await waiting[1]
    assert room.held_bytes == 0


async def test_small_bodies_pass_beside_a_large_one() -> None:
    room = BodyRoom(total_bytes=150, body_bytes=100)
    with BodyPlace(room) as large:
        await large.take(90)

        async with asyncio.timeout(5):
            await asyncio.gather(*(read(room, [10], []) for _ in range(20)))
