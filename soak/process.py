"""What a process holds: memory and files, as Linux tells it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Holding:
    """Memory in use and its peak, in MiB, and the number of open files."""

    memory: float
    peak: float
    files: int


def holding_of(pid: int) -> Holding:
    """What the process holds now."""
    lines = (line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    status = {name: value.split() for name, value in lines}
    files = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    return Holding(int(status["VmRSS"][0]) / 1024, int(status["VmHWM"][0]) / 1024, files)
