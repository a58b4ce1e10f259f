"""Keeps sources' answers for a while, in this process or in Redis. A cache that fails is an empty one."""

from __future__ import annotations

import asyncio
import secrets
import time
import warnings
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec
import structlog
from cashews import Cache
from cashews.exceptions import CacheError
from redis.exceptions import RedisError

from resolvers.model.source import InvoiceList
from resolvers.transport.breaker import Breaker, Verdict

T = TypeVar("T")

_PREFIX = "invoice-graph:answer:1:"
"""Its number changes with the meaning of what is kept, so that two releases can share a server."""
_GENERATION = "invoice-graph:generation:1:"
_LONGEST_CALL_SECONDS = 600
_PATIENCE_SECONDS = 0.25
_LARGEST_ENTRY_BYTES = 2_000_000
_MOST_ENTRIES = 1_000
_FAILURES = (CacheError, RedisError, OSError, msgspec.MsgspecError)


class CachedAnswer(msgspec.Struct, frozen=True):
    """An answer, and when it was kept, in seconds since 1970."""

    kept_at: float
    answer: InvoiceList


class AnswerCache:
    """Answers by key, msgspec-encoded, for `fresh_seconds` as good as new and for `stale_seconds` better than nothing.

    `url` is `memory://` (at most 1000 entries, the least used go first) or `redis://...`, which replicas can share;
    anything else is a ValueError. No method raises: a server that fails three times in a row is left alone for a while.
    """

    def __init__(
        self,
        url: str = "memory://",
        *,
        fresh_seconds: float = 15.0,
        stale_seconds: float = 3_600.0,
        now: Callable[[], float] = time.time,
        breaker: Breaker | None = None,
    ) -> None:
        self._fresh_seconds = fresh_seconds
        self._keep_seconds = max(fresh_seconds, stale_seconds)
        self._now = now
        self._breaker = breaker or Breaker(failures=3)
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(CachedAnswer)
        self._log = structlog.get_logger("invoice_graph.cache")
        self._cache = _cache(url)

    async def get(self, key: str) -> CachedAnswer | None:
        """What is kept under the key, fresh or stale; None where there is nothing, or no cache to ask."""
        return await self._guarded("get", lambda: self._read(key))

    def is_fresh(self, cached: CachedAnswer) -> bool:
        """Whether it is as good as a new answer."""
        return self._now() - cached.kept_at < self._fresh_seconds

    async def put(self, key: str, answer: InvoiceList) -> None:
        """Keeps the answer, unless nothing is to be kept or it is so large that it would crowd out all others."""
        if not self._keep_seconds:
            return  # to the backend, no time at all is for ever
        content = self._encoder.encode(CachedAnswer(self._now(), answer))
        if len(content) <= _LARGEST_ENTRY_BYTES:
            await self._guarded("put", lambda: self._write(key, content))

    async def generation(self, group: str) -> str | None:
        """What to put into the keys of a group's answers, so that `forget` reaches them; None: no cache to ask."""
        return await self._guarded("get", lambda: self._read_generation(group))

    async def forget(self, group: str) -> None:
        """Begins a new generation: what was kept of the group, and what a call under way still puts, is not found."""
        if self._keep_seconds:
            await self._guarded("put", lambda: self._write_generation(group))

    async def aclose(self) -> None:
        """Lets go of the server."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # cashews 7 closes redis 8 by a name of before
                await self._cache.close()
        except _FAILURES as error:
            self._log.warning("cache_failed", operation="close", error=type(error).__name__)

    async def _read(self, key: str) -> CachedAnswer | None:
        content = await self._cache.get(_PREFIX + key)
        return self._decoder.decode(content) if isinstance(content, bytes) else None

    async def _write(self, key: str, content: bytes) -> None:
        await self._cache.set(_PREFIX + key, content, expire=self._keep_seconds)

    async def _read_generation(self, group: str) -> str:
        content = await self._cache.get(_GENERATION + group)
        return content.decode("ascii") if isinstance(content, bytes) else ""

    async def _write_generation(self, group: str) -> None:
        """It outlives all answers of before, those of calls that are still under way included."""
        until = self._keep_seconds + _LONGEST_CALL_SECONDS
        await self._cache.set(_GENERATION + group, secrets.token_hex(8).encode(), expire=until)

    async def _guarded(self, operation: str, work: Callable[[], Awaitable[T]]) -> T | None:
        """What the work gives, if the cache is asked at all and answers soon."""
        ticket = self._breaker.admit()
        if ticket is None:
            return None
        verdict = Verdict.UNKNOWN
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                result = await work()
        except _FAILURES as error:
            verdict = Verdict.FAILED
            self._log.warning("cache_failed", operation=operation, error=type(error).__name__)
            return None
        else:
            verdict = Verdict.ANSWERED
            return result
        finally:
            self._breaker.settle(ticket, verdict)


def _cache(url: str) -> Cache:
    """The backend. It neither swallows errors nor unpickles: by default it does both with what a server sends."""
    made = Cache()
    if url == "memory://":
        made.setup("mem://", size=_MOST_ENTRIES, check_repr=False)
    elif url.startswith(("redis://", "rediss://")):
        made.setup(url, suppress=False, pickle_type="null", check_repr=False, socket_timeout=_PATIENCE_SECONDS)
    else:
        raise ValueError('write "memory://" or a server such as "redis://127.0.0.1:6379/0"')
    return made
