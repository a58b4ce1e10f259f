"""Bounds what requests take together: how many are at work at once, and how many bytes of bodies they hold."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_RETRY_SECONDS = "1"


@dataclass(slots=True)
class Room:
    """How much there may be and how much there is, over all doors that share it."""

    most_requests: int
    most_bytes: int
    requests: int = 0
    bytes: int = 0


class Crowd:
    """Raises HTTPException 503 with Retry-After for the request that is too many, or whose body is."""

    def __init__(self, app: ASGIApp, room: Room) -> None:
        self.app = app
        self._room = room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on while there is room."""
        room = self._room
        if room.requests >= room.most_requests:
            raise self._too_many()
        held = 0

        async def receive_and_count() -> Message:
            nonlocal held
            message = await receive()
            size = len(message.get("body", b""))
            held += size
            room.bytes += size
            if room.bytes > room.most_bytes:
                raise self._too_many()
            return message

        room.requests += 1
        try:
            await self.app(scope, receive_and_count, send)
        finally:
            room.requests -= 1
            room.bytes -= held

    def _too_many(self) -> HTTPException:
        sentence = "The gateway has as much to do as it can bear. Try again in a moment."
        return HTTPException(503, sentence, headers={"retry-after": _RETRY_SECONDS, "connection": "close"})
