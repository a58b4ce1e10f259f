"""What becomes of the lines of a log that is slow, full or gone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from queue import SimpleQueue

import pytest

from service.log_sink import LogSink

PATIENCE_SECONDS = 30
MORE_THAN_A_PIPE_HOLDS = 2_000


@dataclass(slots=True)
class Pipe:
    """A log's descriptor and its reader's, and how many lines it was told are lost."""

    written: int
    read: int
    told: SimpleQueue[int] = field(default_factory=SimpleQueue)

    def sink(self, **bounds: int) -> LogSink:
        return LogSink(self.written, self.told.put, **bounds)

    def fill(self) -> int:
        """As a reader that stands still leaves it; how many bytes that took."""
        os.set_blocking(self.written, False)
        filled = os.write(self.written, bytes(10_000_000))
        os.set_blocking(self.written, True)
        return filled

    def lines(self, count: int) -> list[str]:
        """So many lines, as soon as they are there."""
        with open(self.read, closefd=False) as log:
            return [next(log) for _ in range(count)]


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    read, written = os.pipe()
    yield Pipe(written, read)
    os.close(written)
    os.close(read)


def numbered(count: int) -> list[str]:
    return [f"{number:99}\n" for number in range(count)]


@pytest.mark.parametrize("is_blocking", [True, False])
def test_lines_are_written_whole_and_in_order(pipe: Pipe, is_blocking: bool) -> None:
    os.set_blocking(pipe.written, is_blocking)
    sink = pipe.sink()

    for line in numbered(MORE_THAN_A_PIPE_HOLDS):
        sink.write(line)
        sink.flush()

    assert pipe.lines(MORE_THAN_A_PIPE_HOLDS) == numbered(MORE_THAN_A_PIPE_HOLDS)
    assert sink.lost == 0


def test_all_that_was_taken_is_written_when_it_was_waited_for(pipe: Pipe) -> None:
    sink = pipe.sink()
    sink.write("half a character: \ud83d\n")
    sink.drain(PATIENCE_SECONDS)

    assert os.read(pipe.read, 100) == b"half a character: \\ud83d\n"


def test_lines_beyond_those_that_may_wait_are_lost_and_told_once_the_reader_goes_on(pipe: Pipe) -> None:
    filled = pipe.fill()
    sink = pipe.sink(most_lines=10)

    for line in numbered(30):
        sink.write(line)
    lost = sink.lost
    os.read(pipe.read, filled)

    assert lost == 20
    assert pipe.lines(10) == numbered(10)
    assert pipe.told.get(timeout=PATIENCE_SECONDS) == 20
    assert pipe.told.empty()


@pytest.mark.parametrize("broken", ["full", "gone"])
def test_a_line_that_cannot_be_written_waits_until_it_can(pipe: Pipe, broken: str) -> None:
    good = os.dup(pipe.written)
    bad = os.open("/dev/full", os.O_WRONLY) if broken == "full" else without_reader()
    os.dup2(bad, pipe.written)
    sink = pipe.sink()
    sink.write("it was created\n")
    sink.drain(0.1)
    os.dup2(good, pipe.written)

    assert pipe.lines(1) == ["it was created\n"]
    os.close(good)
    os.close(bad)


def without_reader() -> int:
    read, written = os.pipe()
    os.close(read)
    return written
