"""Ends what is not done in time, as `asyncio.timeout` does, but with one timer for all.

To set a timer for each call, and to take it back, costs several times what all else here does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import TracebackType

_STILL_SECONDS = 0.05
"""A timer that is so late tells of a loop that stood still, and has not read what came meanwhile."""


class Deadlines:
    """The deadlines of all that one event loop is doing here."""

    def __init__(self) -> None:
        self._running: set[Deadline] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at = 0.0
        self._has_waited = False
        self.loop: asyncio.AbstractEventLoop | None = None  # to look for it costs a system call on Python 3.11

    def within(self, seconds: float, prolong: Callable[[], float] | None = None) -> Deadline:
        """For a `with` block in a task, which raises TimeoutError where it takes longer.

        `prolong` is asked each time that the seconds are over: how many more there are after all, 0 for none.
        """
        return Deadline(self, time.monotonic() + seconds, prolong)

    def begin(self, deadline: Deadline) -> None:
        """Watches over a deadline."""
        self._running.add(deadline)
        if self._timer is None or deadline.moment < self._rings_at:
            self._set(deadline.moment)

    def end(self, deadline: Deadline) -> None:
        """Forgets it. The timer stays: it mostly serves those that begin meanwhile."""
        self._running.discard(deadline)

    def _set(self, moment: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.loop = asyncio.get_running_loop()
        self._timer = self.loop.call_later(moment - time.monotonic(), self._ring)
        self._rings_at = moment

    def _ring(self) -> None:
        self._timer = None
        if not self._has_waited and time.monotonic() > self._rings_at + _STILL_SECONDS:
            self._has_waited = True
            self._set(self._rings_at)  # it rings again when the loop has read
            return
        self._has_waited = False
        for deadline in [each for each in self._running if each.moment <= self._rings_at]:
            if not deadline.is_prolonged():
                self._running.discard(deadline)
                deadline.pass_()
        if self._running:
            self._set(min(deadline.moment for deadline in self._running))


class Deadline:
    """One `with` block's moment, on the monotonic clock."""

    __slots__ = ("_cancelling", "_is_over", "_of", "_prolong", "_task", "moment")

    def __init__(self, of: Deadlines, moment: float, prolong: Callable[[], float] | None) -> None:
        self.moment = moment
        self._of = of
        self._prolong = prolong
        self._is_over = False

    def __enter__(self) -> None:
        task = asyncio.current_task(self._of.loop)
        assert task is not None  # noqa: S101  # the block awaits
        self._task, self._cancelling = task, task.cancelling()
        self._of.begin(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._of.end(self)
        # Who was cancelled by others, too, stays cancelled.
        if self._is_over and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def is_prolonged(self) -> bool:
        """Whether there is more time after all, which the block has from now on."""
        seconds = 0.0 if self._prolong is None else self._prolong()
        self.moment = time.monotonic() + seconds
        return seconds > 0

    def pass_(self) -> None:
        """Ends the block."""
        self._is_over = True
        self._task.cancel()
