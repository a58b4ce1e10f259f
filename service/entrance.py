"""Lets in who calls, and all who wait behind them: uvicorn's server, but for how it takes connections.

uvloop takes one in a turn of the loop. With hundreds of requests at work a turn takes a fifth of a second, and whoever
had no connection yet, as probes never have, waited for minutes while the others were answered.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from functools import partial
from typing import cast

import structlog
import uvicorn

_MOST_AT_ONCE = 128
_PAUSE_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Server(uvicorn.Server):
    """The library's, with entrances of ours at its sockets."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._entrances: list[Entrance] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts the application, and opens where that went well."""
        await super().startup([])
        if self.should_exit:
            return
        make = cast("Callable[..., asyncio.Protocol]", self.config.http_protocol_class)
        state = self.lifespan.state
        protocol = partial(make, config=self.config, server_state=self.server_state, app_state=state)
        self._entrances = [Entrance(sock, protocol) for sock in sockets or ()]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Closes, and ends: who is on the way in is told with the others."""
        for entrance in self._entrances:
            await entrance.close()
        await super().shutdown(sockets)


class Entrance:
    """Lets in one, and in each turn in which others still wait twice as many as in the one before.

    To take all of them at once leaves none to another worker, which may have less to do.
    """

    def __init__(
        self,
        sock: socket.socket,
        protocol: Callable[[], asyncio.Protocol],
        *,
        pause_seconds: float = _PAUSE_SECONDS,
    ) -> None:
        self._sock, self._protocol, self._pause_seconds = sock, protocol, pause_seconds
        self._loop = asyncio.get_running_loop()
        self._coming: set[asyncio.Task[object]] = set()
        self._at_once = 1
        self._pause: asyncio.TimerHandle | None = None
        sock.setblocking(False)
        self._open()

    async def close(self) -> None:
        """Lets in nobody any more, and returns when those are in who came before."""
        if self._pause is not None:
            self._pause.cancel()
        self._loop.remove_reader(self._sock)
        await asyncio.gather(*self._coming, return_exceptions=True)

    def let_in(self) -> None:
        """Takes of those who wait now as many as it is this turn."""
        for _ in range(self._at_once):
            try:
                newcomer, _address = self._sock.accept()
            except (BlockingIOError, InterruptedError):
                self._at_once = 1
                return
            except ConnectionAbortedError:  # they have left already
                continue
            except OSError as error:  # no file, or no memory, for one more: to ask again at once would do nothing else
                log.warning("no connection taken", reason=error.strerror)
                self._loop.remove_reader(self._sock)
                self._pause = self._loop.call_later(self._pause_seconds, self._open)
                return
            coming = self._loop.create_task(self._loop.connect_accepted_socket(self._protocol, newcomer))
            self._coming.add(coming)
            coming.add_done_callback(self._arrived)
        self._at_once = min(2 * self._at_once, _MOST_AT_ONCE)

    def _open(self) -> None:
        self._pause = None
        self._loop.add_reader(self._sock, self.let_in)

    def _arrived(self, coming: asyncio.Task[object]) -> None:
        self._coming.discard(coming)
        if not coming.cancelled():
            coming.exception()  # who has left meanwhile
