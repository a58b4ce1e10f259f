"""Leaves a source alone that fails again and again, and asks it once in a while whether it is back."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum, StrEnum


class Verdict(Enum):
    """What a call says of its source."""

    ANSWERED = "answered"
    """It works, even if it said no: one account's mistake closes nobody else's door."""
    FAILED = "failed"
    UNKNOWN = "unknown"
    """The call was cancelled, or had no fair chance."""


class BreakerState(StrEnum):
    """How a breaker stands."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"
    """Its pause is over: the next call probes, or does so now."""


class Breaker:
    """Opens after `failures` failed calls in a row; `pause_seconds` later lets one call through to probe.

    The probe alone closes it again, or opens it for another pause. Verdicts of calls that were let through in an
    earlier state are not heard.
    """

    def __init__(
        self, *, failures: int = 5, pause_seconds: float = 5.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._threshold = failures
        self._pause_seconds = pause_seconds
        self._clock = clock
        self._failed_in_a_row = 0
        self._opened_at: float | None = None
        self._is_probing = False
        self._epoch = 0

    @property
    def state(self) -> BreakerState:
        """How it stands now."""
        if self._opened_at is None:
            return BreakerState.CLOSED
        is_over = self._is_probing or not self.is_refusing
        return BreakerState.HALF_OPEN if is_over else BreakerState.OPEN

    @property
    def is_closed(self) -> bool:
        """Whether calls are made as usual."""
        return self._opened_at is None

    @property
    def is_refusing(self) -> bool:
        """Whether a call would be refused now."""
        if self._opened_at is None:
            return False
        return self._is_probing or self._clock() < self._opened_at + self._pause_seconds

    def admit(self) -> int | None:
        """A ticket for a call, to be handed to `settle`; None where the call is refused."""
        if self.is_refusing:
            return None
        if not self.is_closed:
            self._is_probing = True
            self._epoch += 1
        return self._epoch

    def settle(self, ticket: int, verdict: Verdict) -> None:
        """Takes what became of an admitted call."""
        if ticket != self._epoch:
            return
        if verdict is Verdict.ANSWERED:
            self._close()
        elif verdict is Verdict.FAILED:
            self._failed_in_a_row += 1
            if self._is_probing or self._failed_in_a_row >= self._threshold:
                self._open()
        else:
            self._is_probing = False  # the next call probes

    def _close(self) -> None:
        self._failed_in_a_row = 0
        if self._opened_at is not None:
            self._opened_at, self._is_probing = None, False
            self._epoch += 1

    def _open(self) -> None:
        self._opened_at, self._is_probing = self._clock(), False
        self._epoch += 1
