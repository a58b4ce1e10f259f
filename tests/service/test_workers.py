"""When a worker is taken for lost: it may be slow to start, and not to answer."""

from __future__ import annotations

import atexit
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from service.workers import Worker

PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class ImportedSlowly:
    """An application whose process waits, where others import theirs, until somebody writes into a pipe."""

    pipe: Path

    def __reduce__(self) -> tuple[object, ...]:
        return _after, (self.pipe,)


def _after(pipe: Path) -> Starlette:
    pipe.read_bytes()
    return Starlette()


@dataclass(frozen=True, slots=True)
class EndedSlowly:
    """An application whose process waits, where others write the last of their log, until a pipe is written into."""

    pipe: Path

    def __reduce__(self) -> tuple[object, ...]:
        return _with_end, (self.pipe,)


def _with_end(pipe: Path) -> Starlette:
    atexit.register(pipe.read_bytes)
    return Starlette()


@dataclass(slots=True)
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


@pytest.fixture
def worker(pipe: Path, clock: Clock) -> Iterator[Worker]:
    """A worker that imports its application."""
    with started(ImportedSlowly(pipe), clock) as made:
        yield made


@contextmanager
def started(app: object, clock: Clock) -> Iterator[Worker]:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        made = Worker(uvicorn.Config(app, log_config=None), [sock], clock=clock)  # type: ignore[arg-type]
        made.start()
        yield made
        made.process.kill()
        made.join()


def test_a_worker_that_still_imports_is_left_alone_for_a_minute(worker: Worker, clock: Clock) -> None:
    clock.now = 59.0
    is_left_alone = worker.is_alive(timeout=0)
    clock.now = 60.0

    assert is_left_alone
    assert not worker.is_ready()
    assert not worker.is_alive(timeout=0)


def test_a_worker_that_answered_once_must_go_on_answering(worker: Worker, pipe: Path) -> None:
    pipe.write_bytes(b"go on")
    worker.parent_conn.poll(PATIENCE_SECONDS)
    answered = worker.is_alive(PATIENCE_SECONDS)
    freeze(worker.process.pid or 0)

    assert answered
    assert not worker.is_alive(timeout=0)


def test_a_worker_that_ends_while_it_starts_is_lost_at_once(worker: Worker) -> None:
    worker.process.kill()
    worker.join()

    assert not worker.is_alive(PATIENCE_SECONDS)
    assert not worker.is_ready(PATIENCE_SECONDS)


def test_a_worker_that_is_told_twice_comes_to_its_own_end(pipe: Path, clock: Clock) -> None:
    with started(EndedSlowly(pipe), clock) as worker:
        worker.parent_conn.poll(PATIENCE_SECONDS)
        worker.process.terminate()
        with pipe.open("wb"):  # waits until it is read
            worker.process.terminate()
        worker.join()

        assert worker.exitcode == 0


def freeze(pid: int) -> None:
    """Returns when the process stands still."""
    os.kill(pid, signal.SIGSTOP)
    os.waitpid(pid, os.WUNTRACED)
