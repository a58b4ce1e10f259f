"""Where the lines of the log go: a file that is full, slow or gone costs those who log neither time nor an error."""

from __future__ import annotations

import os
import select
import time
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Final

_MOST_LINES: Final = 10_000
_GATHERING_SECONDS: Final = 0.01
_PAUSE_SECONDS: Final = 1.0
_LOOK_SECONDS: Final = 0.005


class LogSink:
    """A stream of text that takes a line at once, and writes it from a thread of its own, in order.

    What cannot be written waits, and is tried again every second. Beyond 10,000 lines the newest are lost; how many is
    counted in `lost`, and told to `tell_of_loss` when all that waited is written.
    """

    def __init__(self, descriptor: int, tell_of_loss: Callable[[int], None], *, most_lines: int = _MOST_LINES) -> None:
        self.lost = 0
        self._descriptor = descriptor
        self._tell_of_loss = tell_of_loss
        self._most_lines = most_lines
        self._waiting: deque[str] = deque()
        self._is_asleep = False
        self._wake: SimpleQueue[None] = SimpleQueue()  # a finalizer may log in the midst of it, which an Event forbids
        Thread(target=self._write_all, name="log", daemon=True).start()

    def write(self, line: str) -> None:
        """Takes a line with its end. Raises nothing, and waits for nothing."""
        if len(self._waiting) >= self._most_lines:
            self.lost += 1
            return
        self._waiting.append(line)
        if self._is_asleep:
            self._is_asleep = False
            self._wake.put(None)

    def flush(self) -> None:
        """Does nothing: who logs does not wait."""

    def drain(self, seconds: float) -> None:
        """Waits until all that was taken is written, but no longer than this."""
        until = time.monotonic() + seconds
        while self._waiting and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)

    def _write_all(self) -> None:
        told = 0
        while True:
            self._is_asleep = True
            if not self._waiting:  # looked at only now: a line that came before woke nobody
                self._wake.get()
            time.sleep(_GATHERING_SECONDS)  # each turn interrupts those who log
            while self._waiting:
                self._write_some()
            if lost := self.lost - told:
                told += lost
                self._tell_of_loss(lost)

    def _write_some(self) -> None:
        """Writes some whole lines at once, between which those of other processes do not come."""
        lines: list[bytes] = []
        size = 0
        for place in range(len(self._waiting)):
            line = self._waiting[place].encode(errors="backslashreplace")
            size += len(line)
            if lines and size > select.PIPE_BUF:
                break
            lines.append(line)
        self._write(b"".join(lines))
        for _ in lines:
            self._waiting.popleft()

    def _write(self, content: bytes) -> None:
        while content:
            try:
                content = content[os.write(self._descriptor, content) :]
            except BlockingIOError:
                select.select((), (self._descriptor,), (), _PAUSE_SECONDS)
            except OSError:
                time.sleep(_PAUSE_SECONDS)
