"""Several workers on one socket, and who looks after them: uvicorn's supervisor, but for how things end."""

from __future__ import annotations

import signal
import socket
import time

import structlog
from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

_PAUSE_SECONDS = 2.0
_MEAN_THE_SAME = (signal.SIGHUP, signal.SIGTTIN, signal.SIGTTOU)
"""As for one process. The library would put others in the workers' place, and change their number."""

log = structlog.get_logger(__name__)


class Workers(Multiprocess):
    """Takes no connection once it ends, and ends for no worker that cannot start while another one serves."""

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        meanings = [(number, signal.getsignal(number)) for number in _MEAN_THE_SAME]
        super().__init__(config, sockets)
        for number, meaning in meanings:
            signal.signal(number, meaning)

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
            process = self.processes[place] = Process(self.config, self.sockets)
            process.start()

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
