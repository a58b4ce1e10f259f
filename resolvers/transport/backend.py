"""What keeps bytes for a while: this process's memory, or Redis. One that fails is an empty one."""

from __future__ import annotations

import asyncio
import re
import warnings
from collections.abc import Awaitable, Callable, Mapping
from itertools import repeat
from typing import Any, TypeVar

import structlog
from cashews import Cache

from resolvers.transport.breaker import Breaker, Verdict
from resolvers.transport.deadlines import Deadline, Deadlines
from resolvers.transport.memory import bounded_memory

T = TypeVar("T")

_PLACES = 50
_PATIENCE_SECONDS = 0.25
_ROUNDS = 4  # that a question waits for its place, of such patience each
_TURNS, _TURN_SECONDS = 20, 0.002
_CONNECTIONS: Mapping[str, Any] = {"max_connections": _PLACES, "socket_timeout": None}
"""How long to wait is for the deadlines here alone to say."""
_LONGEST_DETAIL = 200
_QUOTED = re.compile(r"[\n'\"`]")


class Backend:
    """Bytes by key.

    `url` is `memory://` (at most `memory_bytes` of them, the least used go first) or `redis://...`, which replicas can
    share; anything else is a ValueError. A server has `patience_seconds` for a question; one that fails three times in
    a row is left alone for a while.
    """

    def __init__(
        self,
        url: str,
        memory_bytes: int,
        *,
        breaker: Breaker | None = None,
        patience_seconds: float = _PATIENCE_SECONDS,
    ) -> None:
        self._breaker = breaker or Breaker(failures=3)
        self._patience, self._deadlines = patience_seconds, Deadlines()
        self._log = structlog.get_logger("invoice_graph.cache")
        self._cache = _cache(url, memory_bytes)
        self._places = asyncio.Semaphore(_PLACES)

    async def get(self, key: str) -> bytes | None:
        """What is kept under the key. Raises whatever the library raises, for `guarded` to catch."""
        content = await self._cache.get(key)
        return content if isinstance(content, bytes) else None

    async def set(self, key: str, content: bytes, seconds: float) -> None:
        """Keeps it for so long; 0 would be for ever. Raises like `get`."""
        await self._cache.set(key, content, expire=seconds)

    async def add(self, key: str, content: bytes, seconds: float) -> bool:
        """Keeps it like `set` where nothing is kept under the key; else False. Raises like `get`."""
        return await self._cache.set(key, content, expire=seconds, exist=False)

    async def expire(self, key: str, seconds: float) -> None:
        """Keeps what is kept under the key, if anything is, for so long from now. Raises like `get`."""
        await self._cache.expire(key, seconds)

    async def delete(self, *keys: str) -> None:
        """Keeps nothing under the keys any longer. Raises like `get`."""
        await self._cache.delete_many(*keys)

    async def guarded(self, operation: str, work: Callable[[], Awaitable[T]]) -> T | None:
        """What the work gives, if the backend is asked at all and answers soon; else None. Never raises.

        At most 50 ask at once. To wait for one's place says nothing of the server: it is for as many connections.
        """
        if self._places.locked():
            try:
                with self._within(_ROUNDS * self._patience):
                    await self._places.acquire()
            except TimeoutError as error:
                self._tell(operation, error)
                return None
        else:
            await self._places.acquire()
        try:
            return await self._asked(operation, work)
        finally:
            self._places.release()

    async def _asked(self, operation: str, work: Callable[[], Awaitable[T]]) -> T | None:
        ticket = self._breaker.admit()
        if ticket is None:
            return None
        verdict = Verdict.UNKNOWN
        try:
            with self._within(self._patience):
                result = await work()
        except Exception as error:  # noqa: BLE001  # a server's answer may raise anything in the library that reads it
            verdict = Verdict.FAILED
            self._tell(operation, error)
            return None
        else:
            verdict = Verdict.ANSWERED
            return result
        finally:
            self._breaker.settle(ticket, verdict)

    def _within(self, seconds: float) -> Deadline:
        """For a `with` block: so many seconds, and a little longer where it is this process that is late.

        A busy loop fires a timer in the same turn in which it reads what came long before: that is no silence. To go on
        from there takes turns of the loop, each as long as the loop is busy; 40 ms together where it is not.
        """
        turns = repeat(_TURN_SECONDS, _TURNS)
        return self._deadlines.within(seconds, lambda: next(turns, 0.0))

    async def aclose(self) -> None:
        """Lets go of the server."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # cashews 7 closes redis 8 by a name of before
                await self._cache.close()
        except Exception as error:  # noqa: BLE001  # as in guarded
            self._tell("close", error)

    def _tell(self, operation: str, error: Exception) -> None:
        """Logs the cause, and what it says before it quotes anything: a server may quote a password or an answer."""
        cause = error if isinstance(error, TimeoutError) else error.__cause__ or error
        detail = _QUOTED.split(str(cause), maxsplit=1)[0].strip()[:_LONGEST_DETAIL]
        self._log.warning("cache_failed", operation=operation, error=type(cause).__name__, detail=detail)


def _cache(url: str, memory_bytes: int) -> Cache:
    """It neither swallows errors nor unpickles: by default it does both with what a server sends."""
    made = Cache()
    if url == "memory://":
        address, settings = bounded_memory(memory_bytes)
        made.setup(address, check_repr=False, **settings)
    elif url.startswith(("redis://", "rediss://")):
        made.setup(url, suppress=False, pickle_type="null", check_repr=False, **_CONNECTIONS)
    else:
        raise ValueError('write "memory://" or a server such as "redis://127.0.0.1:6379/0"')
    return made
