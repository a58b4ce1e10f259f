"""At most so many calls in any window of so many seconds, as vendors count them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable


class RateLimiter:
    """Hands out the moments at which calls may be made, first come, first served.

    A leaky bucket would let twice as many through in its first window: a full bucket and what drains meanwhile.
    """

    def __init__(self, calls: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._moments: deque[float] = deque(maxlen=calls)

    def reserve(self, within_seconds: float) -> float | None:
        """How many seconds to wait before the call; None, and nothing reserved, where that is over `within_seconds`."""
        wait = self.wait_seconds()
        if wait > within_seconds:
            return None
        self._moments.append(self._clock() + wait)
        return wait

    def wait_seconds(self) -> float:
        """How long a call would have to wait now."""
        if len(self._moments) < (self._moments.maxlen or 0):
            return 0.0
        return max(0.0, self._moments[0] + self._seconds - self._clock())
