"""Whether a failed attempt is made again, and after how long. Rules only: the transport waits and sends."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable

from resolvers.model.errors import SourceError, SourceRateLimited
from resolvers.transport.failures import SourceBusy

_FIRST_WAIT_SECONDS = 0.1
_LONGEST_WAIT_SECONDS = 2.0


class RetryBudget:
    """Retries are at most `share` of the calls of the last `window_seconds`, but `floor` of them are always allowed.

    What fails for everyone would otherwise be asked three times as often as usual, just when it can bear it least.
    """

    def __init__(
        self,
        *,
        share: float = 0.2,
        floor: int = 10,
        window_seconds: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._share = share
        self._floor = floor
        self._window_seconds = window_seconds
        self._clock = clock
        self._calls: deque[float] = deque()
        self._retries: deque[float] = deque()

    def count_call(self) -> None:
        """Notes a call, whatever becomes of it."""
        self._note(self._calls)

    def take(self) -> bool:
        """Whether one more retry is allowed now; if so, it is noted."""
        self._forget(self._calls)
        self._forget(self._retries)
        if len(self._retries) >= max(self._floor, self._share * len(self._calls)):
            return False
        self._note(self._retries)
        return True

    def _note(self, moments: deque[float]) -> None:
        self._forget(moments)
        moments.append(self._clock())

    def _forget(self, moments: deque[float]) -> None:
        begin = self._clock() - self._window_seconds
        while moments and moments[0] < begin:
            moments.popleft()


class RetryPolicy:
    """At most `retries` more attempts, after full jitter or as long as the source asks for, inside the deadline."""

    def __init__(
        self, retries: int, budget: RetryBudget | None = None, uniform: Callable[[float, float], float] = random.uniform
    ) -> None:
        self._retries = retries
        self._uniform = uniform
        self.budget = budget or RetryBudget()

    def wait_seconds(self, error: SourceError, attempt: int, remaining_seconds: float) -> float | None:
        """How long to wait before the attempt after this one (counted from 1); None: let the error stand."""
        if not error.is_retryable or attempt > self._retries:
            return None
        wait = self._uniform(0.0, min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2 ** (attempt - 1)))
        if isinstance(error, SourceRateLimited | SourceBusy) and error.retry_after_seconds is not None:
            wait += error.retry_after_seconds
        return wait if wait < remaining_seconds and self.budget.take() else None
