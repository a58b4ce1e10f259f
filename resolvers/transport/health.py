"""What this process saw of a source lately."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime

from resolvers.model.clock import utc_now
from resolvers.model.errors import ErrorCode
from resolvers.model.source import SourceHealth, SourceState

_LATENCIES = 100
_RECENT_CALLS = 10


class HealthRecord:
    """UP while the last ten calls succeeded, DEGRADED while one of them failed, DOWN while the breaker is open."""

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now
        self._state = SourceState.UNTRIED
        self._since = now()
        self._last_success_at: datetime | None = None
        self._last_error_code: ErrorCode | None = None
        self._recent: deque[bool] = deque(maxlen=_RECENT_CALLS)
        self._milliseconds: deque[float] = deque(maxlen=_LATENCIES)

    def note(self, code: ErrorCode | None, milliseconds: float, *, is_down: bool) -> None:
        """Notes a call: its error, if it had one, and whether the source is now left alone."""
        self._recent.append(code is None)
        if code is None:
            self._last_success_at = self._now()
            self._milliseconds.append(milliseconds)
        else:
            self._last_error_code = code
        state = SourceState.DOWN if is_down else SourceState.UP if all(self._recent) else SourceState.DEGRADED
        if state is not self._state:
            self._state, self._since = state, self._now()

    def snapshot(self) -> SourceHealth:
        """The record as it stands; latencies are of answered calls, in milliseconds."""
        ordered = sorted(self._milliseconds)
        return SourceHealth(
            state=self._state,
            since=self._since,
            last_success_at=self._last_success_at,
            last_error_code=self._last_error_code,
            latency_p50=_percentile(ordered, 50),
            latency_p95=_percentile(ordered, 95),
        )


def _percentile(ordered: list[float], percent: int) -> float | None:
    """The nearest-rank percentile; None of nothing."""
    return ordered[-(-percent * len(ordered) // 100) - 1] if ordered else None
