"""What all calls to a source share, such as its login: fetched once for all who wait, renewed once when it is stale."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any, Generic, TypeVar

from resolvers.model.errors import CallBudgetExceeded, SourceAuthFailed, SourceTimeout
from resolvers.model.operation import Operation
from resolvers.transport.turn import is_done

T = TypeVar("T")

_LOGIN_SECONDS = 30.0
_LONGEST_PAUSE_SECONDS = 3_600.0


class SharedValue(Generic[T]):
    """Holds what `login` gave.

    A login is a task of its own: it outlives the callers who leave, and has half a minute whatever their deadlines.
    Its calls are noted with the operation that began it. After a SourceAuthFailed nobody logs in again for
    `pause_seconds`, and after each further one for twice as long as before, an hour at most, because upstreams lock
    accounts out that try too often.
    """

    def __init__(
        self,
        source: str,
        login: Callable[[Operation], Awaitable[T]],
        *,
        pause_seconds: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._login = login
        self._pause_seconds = pause_seconds
        self._clock = clock
        self._value: T | None = None
        self._running: asyncio.Task[T] | None = None
        self._refused: str | None = None
        self._refused_at = 0.0
        self._refusals = 0

    async def get(self, operation: Operation) -> T:
        """The credential, logged in for if need be. Raises what the login raises, and SourceTimeout."""
        if self._value is not None:
            return self._value
        if self._running is None:
            self._begin(operation)
            return await self._outcome(operation)
        try:
            return await self._outcome(operation)
        except CallBudgetExceeded:  # the budget was that of the operation which began the login
            return await self.get(operation)

    def lent(self) -> AbstractContextManager[T | None]:
        """The credential of the moment; None where there must be a login first."""
        return nullcontext(self._value)

    async def renew(self, stale: T, operation: Operation) -> T:
        """Another credential than `stale`: the one that replaced it meanwhile, or that of one new login."""
        self.drop(stale)
        return await self.get(operation)

    def drop(self, stale: T) -> None:
        """Lets go of a credential that is no longer good, unless another one has replaced it."""
        if self._value == stale:
            self._value = None

    def replace(self, value: T) -> None:
        """Takes a credential that the source handed out with an answer."""
        if self._running is None:
            self._value = value

    def refuse(self, error: SourceAuthFailed) -> None:
        """Lets go of the credential and of logins for a while: the source refuses even a fresh one."""
        self._value = None
        if self._is_pausing():  # several callers learned of the same refusal
            return
        now = self._clock()
        is_another = bool(self._refusals) and now < self._refused_at + 2 * self._pause()
        self._refusals = self._refusals + 1 if is_another else 1
        self._refused, self._refused_at = error.detail, now

    def _begin(self, operation: Operation) -> None:
        if self._is_pausing():
            raise SourceAuthFailed(self._source, f"refused lately: {self._refused}")
        patient = replace(operation, deadline=operation.clock() + _LOGIN_SECONDS)
        self._running = asyncio.create_task(self._logged_in(patient))
        self._running.add_done_callback(_seen)

    def _is_pausing(self) -> bool:
        return self._refused is not None and self._clock() < self._refused_at + self._pause()

    def _pause(self) -> float:
        """How long after the last refusal nobody logs in, in seconds."""
        doubled = self._pause_seconds * 2.0 ** min(self._refusals - 1, 20)
        return max(self._pause_seconds, min(doubled, _LONGEST_PAUSE_SECONDS))

    async def _outcome(self, operation: Operation) -> T:
        running = self._running
        assert running is not None  # noqa: S101  # begun by the caller
        if not await is_done(running, operation):
            raise SourceTimeout(self._source, "no login before the deadline")
        return running.result()

    async def _logged_in(self, operation: Operation) -> T:
        """The login's credential, which is lent from the moment on at which the login is over."""
        try:
            value = await self._login(operation)
        except SourceAuthFailed as error:
            self.refuse(error)
            raise
        finally:
            self._running = None
        self._value, self._refused = value, None
        return value


def _seen(login: asyncio.Task[Any]) -> None:
    """Looks at what a login raised, which nobody may wait for any more."""
    if not login.cancelled():
        login.exception()
