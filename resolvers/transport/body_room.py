"""How much the bodies of one source may hold together while they are read: the oldest can always be read to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from types import TracebackType
from typing import Self


class BodyRoom:
    """Room for `total_bytes`, of which one body takes `body_bytes` at most.

    What the oldest body may still need is kept free for it, so it never waits, and those behind it wait only for bodies
    that will end. Each source has its own room: one that sends too much is in nobody else's way.
    """

    def __init__(self, total_bytes: int, body_bytes: int) -> None:
        self.body_bytes = body_bytes
        self.held_bytes = 0
        self._total_bytes = max(total_bytes, body_bytes)
        self._places: dict[BodyPlace, None] = {}
        self._more_room = asyncio.Event()

    def enter(self, place: BodyPlace) -> None:
        """Takes a place in, behind those that are here already."""
        self._places[place] = None

    async def take(self, place: BodyPlace, size: int) -> None:
        """Gives a place so many bytes more, as soon as there is room for them."""
        while not self._has_room(place, size):
            self._more_room.clear()
            await self._more_room.wait()
        place.held_bytes += size
        self.held_bytes += size

    def leave(self, place: BodyPlace) -> None:
        """Gives back all that a place holds."""
        del self._places[place]
        self.held_bytes -= place.held_bytes
        self._more_room.set()

    def _has_room(self, place: BodyPlace, size: int) -> bool:
        oldest = next(iter(self._places))
        wanted = self.held_bytes + size + self.body_bytes - oldest.held_bytes
        return place is oldest or wanted <= self._total_bytes


class BodyPlace:
    """One body's place in a room, for as long as a `with` block."""

    __slots__ = ("_room", "held_bytes")

    def __init__(self, room: BodyRoom) -> None:
        self._room = room
        self.held_bytes = 0

    def __enter__(self) -> Self:
        self._room.enter(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._room.leave(self)

    def take(self, size: int) -> Awaitable[None]:
        """Waits until so many bytes more may be held."""
        return self._room.take(self, size)
