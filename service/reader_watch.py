"""Does a client read what it is answered? One that stops is given up, with what waits for it in memory."""

from __future__ import annotations

import asyncio
import fcntl
import sys
import termios
from collections.abc import Callable
from typing import Final

import structlog

_WATCH_SECONDS: Final = 30.0
_SLOWEST_BYTES: Final = 10_000
"""What must be read in that time, where more than that waits.

The client's own system takes some hundred kilobytes at a time, and of those nothing is seen from here.
"""

log = structlog.get_logger(__name__)


class ReaderWatch:
    """Looks at a connection for as long as `is_waited_for` says that it has not been read to the end."""

    def __init__(
        self, transport: asyncio.Transport, is_waited_for: Callable[[], bool], seconds: float = _WATCH_SECONDS
    ) -> None:
        self._transport, self._is_waited_for, self._seconds = transport, is_waited_for, seconds
        self._timer: asyncio.TimerHandle | None = None
        self._unread = 0
        self._has_caught_up = self._has_ended = False

    def begin(self) -> None:
        """More is written than was read, or the connection waits to be closed; of one that is gone nothing is seen."""
        if self._timer is None and not self._has_ended:
            self._unread, self._has_caught_up = _unread(self._transport), False
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._look)

    def catch_up(self) -> None:
        """What was waiting has been read."""
        self._has_caught_up = True

    def end(self) -> None:
        """The connection is gone."""
        self._has_ended = True
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        self._timer = None
        if not self._is_waited_for():
            return
        read = self._unread - _unread(self._transport)
        if self._has_caught_up or read >= min(_SLOWEST_BYTES, max(self._unread, 1)):
            self.begin()
        else:
            self.give_up(self._unread)

    def give_up(self, unread: int) -> None:
        """Ends the connection, of which so many bytes were not read."""
        log.info("client does not read", bytes=unread)
        self._transport.abort()


def _unread(transport: asyncio.Transport) -> int:
    """The bytes that wait here and in the system, which takes megabytes at a time of a client that reads slowly."""
    waiting = transport.get_write_buffer_size()
    sock = transport.get_extra_info("socket")
    try:
        counted = fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4))
    except OSError:
        return waiting
    return waiting + int.from_bytes(counted, sys.byteorder)
