"""The demo's child processes: started together, watched, and stopped together."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

STOP_SECONDS = 5.0
REST_SECONDS = 0.05
TOLD_LINES = 12


class ChildDied(RuntimeError):
    """A child ended that should have gone on; the message says which, how, and what it last wrote."""


class Stopped(Exception):
    """The demo was told to stop."""


@dataclass(slots=True)
class Child:
    """A process that writes to a log of its own."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """Raises ChildDied when the process has ended."""
        if self.process.poll() is not None:
            raise ChildDied(self.reason())

    def reason(self) -> str:
        """What became of it, with the end of its log."""
        lines = self.log.read_text("utf-8", "replace").splitlines()[-TOLD_LINES:]
        return "\n".join((f"The {self.name} ended with status {self.process.returncode}:", *lines))


@dataclass(slots=True)
class Children:
    """All children of the demo; `with` stops them, whatever happens."""

    directory: Path
    environment: Mapping[str, str]
    told_to_stop: threading.Event
    running: list[Child] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for child in self.running:
            child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.running:
            try:
                child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()

    def start(self, name: str, command: Sequence[str]) -> Child:
        """Start a process in a session of its own, so that Ctrl-C reaches the demo only, which then stops it."""
        log = self.directory / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603  # the commands are the demo's own
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )
        child = Child(name, process, log)
        self.running.append(child)
        return child

    def finish(self, child: Child) -> None:
        """Wait for a child that has a task to do. Raises ChildDied when it did not succeed, and Stopped."""
        while child.process.poll() is None:
            self.rest()
        if child.process.returncode != 0:
            raise ChildDied(child.reason())
        self.running.remove(child)

    def watch(self) -> None:
        """Return after a moment in which all children lived. Raises ChildDied and Stopped."""
        for child in self.running:
            child.check()
        self.rest()

    def rest(self) -> None:
        """Let a moment pass. Raises Stopped at once when the demo is told to stop."""
        if self.told_to_stop.wait(REST_SECONDS):
            raise Stopped
