"""Several workers on one socket, and who looks after them: uvicorn's supervisor, but for how things end."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress

import structlog
import uvicorn
from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from service.entrance import Server
from service.signals import end_on_hangup, terminated_by

_PAUSE_SECONDS = 2.0
_STARTING_SECONDS = 60.0
_MEAN_THE_SAME = (signal.SIGHUP, signal.SIGTTIN, signal.SIGTTOU)
"""As for one process. The library would put others in the workers' place, and change their number."""

log = structlog.get_logger(__name__)


class Worker(Process):
    """A process that is left alone while it starts.

    It answers when it has imported everything, which takes a slow or busy machine longer than silence is allowed; to
    kill it then throws away what it did, and makes the next one no faster.
    """

    def __init__(
        self, config: Config, sockets: list[socket.socket], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(config, sockets)
        self._clock = clock
        self._starts_until = clock() + _STARTING_SECONDS
        self._has_answered = False

    @property
    def server(self) -> uvicorn.Server:
        """What serves, made when it is first asked for, in the worker's own process."""
        if self._server is None:
            self._server = Server(self.config)
        return self._server

    def start(self) -> None:
        """Starts the process, and asks it once."""
        super().start()
        self.parent_conn.send(b"ping")

    def target(self, sockets: list[socket.socket] | None = None) -> None:
        """Serves, in the worker's own process, which then comes to its end: to be ended by a signal cuts the log."""
        end_on_hangup()  # a terminal that is closed tells each worker
        try:
            with terminated_by(signal.SIGTERM), suppress(KeyboardInterrupt):
                super().target(sockets)
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)  # who was told by a terminal is told by the supervisor, too

    def is_alive(self, timeout: float = 5) -> bool:
        """Whether the process is there and, once it has started, answers within so many seconds."""
        return self.process.is_alive() and (self._is_starting() or super().is_alive(timeout))

    def is_ready(self, timeout: float = 5) -> bool:
        """Whether it serves, and says so within so many seconds."""
        return self.process.is_alive() and not self._is_starting() and super().is_ready(timeout)

    def _is_starting(self) -> bool:
        """Until its first answer, but for no longer than a minute."""
        if not self._has_answered and self.parent_conn.poll():
            self.parent_conn.recv()
            self._has_answered = True
        return not self._has_answered and self._clock() < self._starts_until


class Workers(Multiprocess):
    """Takes no connection once it ends, and ends for no worker that cannot start while another one serves."""

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        meanings = [(number, signal.getsignal(number)) for number in _MEAN_THE_SAME]
        super().__init__(config, sockets)
        for number, meaning in meanings:
            signal.signal(number, meaning)

    def init_processes(self) -> None:
        """Starts as many as are configured."""
        self.processes += [self._started() for _ in range(self.processes_num)]

    def terminate_all(self) -> None:
        """Has all workers end. While we had the socket open, calls were taken that nobody would answer."""
        for sock in self.sockets:
            sock.close()
        super().terminate_all()

    def keep_subprocess_alive(self) -> None:
        """Puts another in the place of each worker that is gone or silent, and logs that it was.

        The library ends them all where one cannot start. What they stand on may be away for a moment only: as long as
        one serves, the next one tries, after a pause.
        """
        if self.should_exit.is_set():
            return
        gone = [place for place, process in enumerate(self.processes) if not self._is_alive(process)]
        failed = [place for place in gone if self.processes[place].exitcode == STARTUP_FAILURE]
        if failed and not any(process.is_ready() for process in self.processes):
            self.should_exit.set()
            return
        for place in gone:
            _tell_of(self.processes[place])
        if failed:
            time.sleep(_PAUSE_SECONDS)
        for place in gone:
            self.processes[place] = self._started()

    def _started(self) -> Worker:
        worker = Worker(self.config, self.sockets)
        worker.start()
        return worker

    def _is_alive(self, process: Process) -> bool:
        """Whether the worker still answers; one that does not is gone from here on."""
        if process.is_alive(timeout=self.config.timeout_worker_healthcheck):
            return True
        process.kill()
        process.join()
        return False


def _tell_of(process: Process) -> None:
    if process.exitcode == STARTUP_FAILURE:
        log.warning("worker cannot start", pid=process.pid)
    else:
        log.warning("worker died", pid=process.pid, exit_code=process.exitcode)
