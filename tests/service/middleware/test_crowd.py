import asyncio

import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from service.middleware.crowd import Crowd, Room

SCOPE: Scope = {"type": "http", "method": "POST", "path": "/", "headers": []}


class Bodies:
    """An application that reads its body and then works until it is let go."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()
        self.read = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        more = True
        while more:
            message = await receive()
            more = message.get("more_body", False)
        self.read += 1
        await self.let_go.wait()


async def drop(_: Message) -> None:
    pass


def of(*sizes: int) -> Receive:
    messages = iter(
        {"type": "http.request", "body": b"x" * size, "more_body": place < len(sizes)}
        for place, size in enumerate(sizes, start=1)
    )

    async def receive() -> Message:
        return next(messages)

    return receive


async def test_bodies_that_are_too_much_together_are_refused_and_what_is_there_stays() -> None:
    bodies = Bodies()
    crowd = Crowd(bodies, Room(10, 100))
    first = asyncio.create_task(crowd(SCOPE, of(40, 40), drop))
    await asyncio.sleep(0)

    with pytest.raises(HTTPException) as refused:
        await crowd(SCOPE, of(10, 15), drop)

    assert (refused.value.status_code, (refused.value.headers or {})["retry-after"]) == (503, "1")
    bodies.let_go.set()
    await first
    await crowd(SCOPE, of(100), drop)
    assert bodies.read == 2


async def test_a_refused_body_takes_no_room_afterwards() -> None:
    bodies = Bodies()
    bodies.let_go.set()
    crowd = Crowd(bodies, Room(10, 100))

    for _ in range(5):
        with pytest.raises(HTTPException):
            await crowd(SCOPE, of(60, 60), drop)
    await crowd(SCOPE, of(100), drop)

    assert bodies.read == 1
