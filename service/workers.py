"""Several workers on one socket, and who looks after them: uvicorn's supervisor, but for how things end."""

from __future__ import annotations

import time

from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

_PAUSE_SECONDS = 2.0


class Workers(Multiprocess):
    """Takes no connection once it ends, and ends for no worker that cannot start while another one serves."""

    def terminate_all(self) -> None:
        """Has all workers end. While we had the socket open, calls were taken that nobody would answer."""
        for sock in self.sockets:
            sock.close()
        super().terminate_all()

    def keep_subprocess_alive(self) -> None:
        """Puts another in the place of each worker that is gone.

        The library ends them all where one cannot start. What they stand on may be away for a moment only: as long as
        one serves, the next one tries, after a pause.
        """
        if self.should_exit.is_set():
            return
        super().keep_subprocess_alive()
        failed = [place for place, process in enumerate(self.processes) if process.exitcode == STARTUP_FAILURE]
        if failed and any(process.is_ready() for process in self.processes):
            self.should_exit.clear()
            time.sleep(_PAUSE_SECONDS)
            for place in failed:
                process = self.processes[place] = Process(self.config, self.sockets)
                process.start()
