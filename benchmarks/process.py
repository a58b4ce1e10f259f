"""A contestant's process: on a core of its own, with what the kernel says that it used."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_START_SECONDS = 60.0
_SCHEDULER_CLOCK = 2  # of clock_getcpuclockid(3)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
    return port


def pin_here() -> None:
    """Keeps this process, the load and the upstream, off the contestants' core where there are two."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[1:] or cores)


class Process:
    """A server that is started, measured and stopped; it listens on `port` when this returns."""

    def __init__(self, command: Sequence[str], port: int, log: Path, environ: Mapping[str, str]) -> None:
        self.port = port
        mine = os.sched_getaffinity(0)
        with log.open("wb") as out:
            os.sched_setaffinity(0, {0})  # what is started inherits it, with all its threads
            try:
                self._process = subprocess.Popen(  # noqa: S603  # commands of our own
                    [*command], stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **environ}
                )
            finally:
                os.sched_setaffinity(0, mine)
        try:
            self._await_port(log)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the process and waits for it."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def cpu_seconds(self) -> float:
        """What all of its threads ever used of a processor, user and system, to the nanosecond."""
        return time.clock_gettime(~self._process.pid << 3 | _SCHEDULER_CLOCK)

    def peak_megabytes(self) -> float:
        """The most memory it ever held."""
        return self._status("VmHWM")

    def megabytes(self) -> float:
        """The memory that it holds now."""
        return self._status("VmRSS")

    def _status(self, name: str) -> float:
        lines = Path(f"/proc/{self._process.pid}/status").read_text("ascii").splitlines()
        kilobytes = next(line for line in lines if line.startswith(f"{name}:")).split()[1]
        return int(kilobytes) / 1024

    def _await_port(self, log: Path) -> None:
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"it did not start:\n{log.read_text(errors='replace')[-3000:]}")
