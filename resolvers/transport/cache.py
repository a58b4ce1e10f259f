"""Keeps sources' answers for a while, in this process or in Redis. A cache that fails is an empty one."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec
import structlog

from resolvers.model.invoice import Invoice, InvoiceLine, Provenance
from resolvers.model.line_table import TableLines
from resolvers.model.source import InvoiceList
from resolvers.transport.backend import Backend
from resolvers.transport.breaker import Breaker
from resolvers.transport.generations import Generations

_PREFIX = "invoice-graph:answer:2:"
"""Its number changes with the meaning of what is kept, so that two releases can share a server."""
_LONGEST_CALL_SECONDS = 600
_LARGEST_ENTRY_BYTES = 2_000_000
_UNWRITABLE = (TypeError, ValueError, OverflowError, NotImplementedError)
"""What the encoder raises for what an answer cannot hold: half a character, a number beyond 64 bits, a stranger."""

_log = structlog.get_logger("invoice_graph.cache")


class CachedAnswer(msgspec.Struct, frozen=True):
    """An answer, and when it was kept, in seconds since 1970."""

    kept_at: float
    answer: InvoiceList


class AnswerCache:
    """Answers by key, msgspec-encoded, for `fresh_seconds` as good as new and for `stale_seconds` better than nothing.

    `url` is `memory://` (at most `memory_bytes` of them, the least used go first) or `redis://...`, which replicas can
    share; anything else is a ValueError. No method raises: a server that fails three times in a row is left alone for a
    while.
    """

    def __init__(
        self,
        url: str = "memory://",
        *,
        fresh_seconds: float = 15.0,
        stale_seconds: float = 3_600.0,
        memory_bytes: int = 128_000_000,
        now: Callable[[], float] = time.time,
        breaker: Breaker | None = None,
    ) -> None:
        self._fresh_seconds = fresh_seconds
        self._keep_seconds = max(fresh_seconds, stale_seconds)
        self._now = now
        self._encoder = msgspec.msgpack.Encoder(enc_hook=_listed)
        self._decoder = msgspec.msgpack.Decoder(CachedAnswer)
        self._backend = Backend(url, memory_bytes, breaker=breaker)
        self._generations = Generations(self._backend, self._keep_seconds + _LONGEST_CALL_SECONDS)

    @property
    def keeps(self) -> bool:
        """Whether anything is kept at all."""
        return self._keep_seconds > 0

    async def get(self, key: str) -> CachedAnswer | None:
        """What is kept under the key, fresh or stale; None where there is nothing, or no cache to ask."""
        return await self._backend.guarded("get", lambda: self._read(key))

    def is_fresh(self, cached: CachedAnswer) -> bool:
        """Whether it is as good as a new answer; never where it was kept long after now, by a clock that was wrong."""
        return abs(self._now() - cached.kept_at) < self._fresh_seconds

    def age_seconds(self, answer: InvoiceList) -> float:
        """How long ago the source gave it."""
        return max(0.0, self._now() - answer.fetched_at.timestamp())

    async def put(self, key: str, answer: InvoiceList, *, group: str | None = None) -> None:
        """Keeps the answer, unless nothing is to be kept or it is so large that it would crowd out all others.

        `group` is the one whose generation is in the key, where one is.
        """
        if not self.keeps:
            return  # to the backend, no time at all is for ever
        if _least_bytes(answer) > _LARGEST_ENTRY_BYTES:
            return  # without its bytes beside it, which are as many as it is large
        try:
            content = self._encoder.encode(CachedAnswer(self._now(), answer))
        except _UNWRITABLE as error:
            _log.warning("answer_not_kept", error=type(error).__name__)
            return
        if len(content) <= _LARGEST_ENTRY_BYTES:
            await self._backend.guarded("put", lambda: self._write(key, content, group))

    async def generation(self, group: str) -> str | None:
        """What to put into the keys of a group's answers, so that `forget` reaches them; None: keep and read none."""
        return await self._generations.of(group)

    async def forget(self, group: str) -> None:
        """What was kept of the group, and what a call under way still puts, is not found any more."""
        if self.keeps:
            await self._generations.end(group)

    async def aclose(self) -> None:
        """Lets go of the server."""
        await self._backend.aclose()

    async def _read(self, key: str) -> CachedAnswer | None:
        content = await self._backend.get(_PREFIX + key)
        return None if content is None else self._decoder.decode(content)

    async def _write(self, key: str, content: bytes, group: str | None) -> None:
        await self._backend.set(_PREFIX + key, content, self._keep_seconds)
        if group is not None:
            await self._generations.prolong(group)


def _least_bytes(answer: InvoiceList) -> int:
    """How long the answer is at least when it is encoded: the names of all fields, and one byte for each value."""
    lines = sum(len(invoice.lines or ()) for invoice in answer.invoices)
    return len(answer.invoices) * _LEAST_INVOICE_BYTES + lines * _LEAST_LINE_BYTES


def _least(kind: type[msgspec.Struct]) -> int:
    return sum(len(name) + 2 for name in kind.__struct_encode_fields__)


_LEAST_INVOICE_BYTES = _least(Invoice) + _least(Provenance)
_LEAST_LINE_BYTES = _least(InvoiceLine)


def _listed(value: object) -> list[InvoiceLine]:
    """Lines in a table as the list that they stand for; nothing else of an answer's is strange to the encoder."""
    if isinstance(value, TableLines):
        return [*value]
    raise NotImplementedError
