"""Answers by key that are good for a moment, as long as nobody writes: what nobody asked lately is asked in one go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from resolvers.customers.revision import Revision

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Freshness:
    """How long an answer is good, by a clock in seconds, and by which revision it is known to be good at all."""

    seconds: float
    clock: Callable[[], float]
    revision: Revision


class _Answer(NamedTuple, Generic[Value]):
    """None where the key is unknown; its age counts from when it was asked for."""

    value: Value | None
    asked_at: float
    weight: int


class _Question(NamedTuple):
    """An answer under way, and when it was asked for."""

    task: asyncio.Task[Any]
    asked_at: float


class Recent(Generic[Key, Value]):
    """One question about many keys, and its latest answers, those that a key is unknown included.

    `ask` is called once for all keys without a good answer, and never for a key whose answer is on its way. What is
    kept weighs at most `most` together, by `weigh`; the oldest go first. An answer during which the revision changed is
    given to those who waited for it, and not kept.
    """

    __slots__ = ("_ask", "_fresh", "_kept", "_most", "_revision", "_under_way", "_weigh", "_weight")

    def __init__(
        self,
        ask: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]],
        fresh: Freshness,
        *,
        weigh: Callable[[Key, Value | None], int],
        most: int,
    ) -> None:
        self._ask, self._fresh, self._weigh, self._most = ask, fresh, weigh, most
        self._kept: dict[Key, _Answer[Value]] = {}
        self._weight = 0
        self._under_way: dict[Key, _Question] = {}
        self._revision = fresh.revision()

    async def of(self, keys: Sequence[Key]) -> dict[Key, Value]:
        """The values of these keys, unknown ones absent. Raises what `ask` raises."""
        now = self._forget_what_changed()
        if self._revision is None:
            return dict(await self._ask(keys)) if keys else {}
        found: dict[Key, Value] = {}
        missing: dict[Key, None] = {}
        for key in keys:
            answer = self._kept.get(key)
            if answer is None or now - answer.asked_at >= self._fresh.seconds:
                missing[key] = None
            elif answer.value is not None:
                found[key] = answer.value
        return found | await self._missing(missing, now) if missing else found

    def at_hand(self, key: Key) -> Value | None:
        """The key's value, if it is kept and good now."""
        now = self._forget_what_changed()
        answer = self._kept.get(key)
        return None if answer is None or now - answer.asked_at >= self._fresh.seconds else answer.value

    @property
    def weight(self) -> int:
        """What all that is kept weighs."""
        return self._weight

    async def _missing(self, keys: Iterable[Key], now: float) -> dict[Key, Value]:
        """Their values: from answers under way that are young enough, and from one more for all the others."""
        new = [key for key in keys if not self._is_under_way(key, now)]
        if new:
            task = asyncio.create_task(self._asked(new, self._revision, now))
            task.add_done_callback(_hear)
            self._under_way |= dict.fromkeys(new, _Question(task, now))
        waited_for = {key: self._under_way[key].task for key in keys}
        found: dict[Key, Value] = {}
        for key, task in waited_for.items():
            value = (await asyncio.shield(task)).get(key)  # others wait for it, too
            if value is not None:
                found[key] = value
        return found

    def _is_under_way(self, key: Key, now: float) -> bool:
        question = self._under_way.get(key)
        return question is not None and now - question.asked_at < self._fresh.seconds

    async def _asked(self, keys: Sequence[Key], revision: int | None, now: float) -> Mapping[Key, Value]:
        """The answer, kept if nobody wrote meanwhile. It is a task of its own: who hangs up takes it from nobody."""
        try:
            answer = await self._ask(keys)
        finally:
            here = asyncio.current_task()
            for key in keys:
                question = self._under_way.get(key)
                if question is not None and question.task is here:
                    del self._under_way[key]
        self._forget_what_changed()
        if self._revision == revision:
            for key in keys:
                self._keep(key, answer.get(key), now)
        return answer

    def _keep(self, key: Key, value: Value | None, now: float) -> None:
        known = self._kept.get(key)
        if known is not None and known.asked_at > now:  # a later question was answered first
            return
        weight = self._weigh(key, value)
        self._drop(key)
        if weight > self._most:
            return
        while self._weight + weight > self._most:
            self._drop(next(iter(self._kept)))
        self._kept[key] = _Answer(value, now, weight)
        self._weight += weight

    def _drop(self, key: Key) -> None:
        dropped = self._kept.pop(key, None)
        if dropped is not None:
            self._weight -= dropped.weight

    def _forget_what_changed(self) -> float:
        """Lets go of what is too old, or all of it where somebody wrote; the time by the clock."""
        now, revision = self._fresh.clock(), self._fresh.revision()
        if revision != self._revision:
            self._revision, self._weight = revision, 0
            self._kept.clear()
            self._under_way.clear()
        while self._kept:
            oldest = next(iter(self._kept))
            if now - self._kept[oldest].asked_at < self._fresh.seconds:
                break
            self._drop(oldest)
        return now


def _hear(task: asyncio.Task[Any]) -> None:
    """Takes a failure that nobody waited for any more, so that the loop does not report it as lost."""
    if not task.cancelled():
        task.exception()
