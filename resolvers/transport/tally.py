"""What one source's calls came to since the process began, counted for whoever measures."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds in seconds; one more bucket holds what took longer."""


@dataclass(slots=True)
class CallTally:
    """Calls by operation and outcome, attempts beyond the first, bytes received, and how long calls took."""

    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    retries: int = 0
    received_bytes: int = 0
    seconds: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))

    def note(self, operation: str, outcome: str, seconds: float, *, attempts: int, received_bytes: int) -> None:
        """One call that has ended; one that was refused before it was sent had no attempt."""
        self.calls[operation, outcome] += 1
        self.retries += max(0, attempts - 1)
        self.received_bytes += received_bytes
        self.seconds += seconds
        self.buckets[bisect_left(BUCKETS, seconds)] += 1
