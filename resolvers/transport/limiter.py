"""At most so many calls in any window of so many seconds, as vendors count them."""

from __future__ import annotations

import time
from bisect import insort
from collections import deque
from collections.abc import Callable
from contextlib import suppress


class RateLimiter:
    """Hands out the moments at which calls may be made, first come, first served.

    A leaky bucket would let twice as many through in its first window: a full bucket and what drains meanwhile.
    """

    def __init__(self, calls: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._calls = calls
        self._moments: deque[float] = deque()

    def reserve(self, within_seconds: float) -> float | None:
        """The clock's moment for the call; None, and nothing reserved, where it is more than `within_seconds` away."""
        wait = self.wait_seconds()
        if wait > within_seconds:
            return None
        moment = self._clock() + wait
        insort(self._moments, moment)  # one that was given back may lie before those that are still waited for
        return moment

    def give_back(self, moment: float) -> None:
        """Takes back a moment at which no call was made; who waits for a later one still does."""
        with suppress(ValueError):  # so late that it was forgotten
            self._moments.remove(moment)

    def wait_seconds(self) -> float:
        """How long a call would have to wait now."""
        now = self._clock()
        while self._moments and self._moments[0] + self._seconds <= now:
            self._moments.popleft()
        if len(self._moments) < self._calls:
            return 0.0
        return self._moments[-self._calls] + self._seconds - now
