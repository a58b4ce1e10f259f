"""Waits so long for a server, and a little longer where it is this process that is late."""

from __future__ import annotations

import asyncio
from types import TracebackType

_TURNS, _TURN_SECONDS = 20, 0.002


class Patience:
    """For a `with` block in a task, which raises TimeoutError where it takes so many seconds, and some turns more.

    A busy loop fires a timer in the same turn in which it reads what came long before: that is no silence. To go on
    from there takes turns of the loop, each as long as the loop is busy; 40 ms together where it is not.
    """

    __slots__ = ("_cancelling", "_handle", "_is_over", "_loop", "_seconds", "_task", "_turns")

    def __init__(self, seconds: float) -> None:
        self._seconds, self._turns, self._is_over = seconds, _TURNS, False

    def __enter__(self) -> None:
        self._loop = asyncio.get_running_loop()
        task = asyncio.current_task(self._loop)
        assert task is not None  # noqa: S101  # the block awaits
        self._task, self._cancelling = task, task.cancelling()
        self._handle = self._loop.call_later(self._seconds, self._ring)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._handle.cancel()
        # Who was cancelled by others, too, stays cancelled.
        if self._is_over and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _ring(self) -> None:
        if self._turns:
            self._turns -= 1
            self._handle = self._loop.call_later(_TURN_SECONDS, self._ring)
        else:
            self._is_over = True
            self._task.cancel()
