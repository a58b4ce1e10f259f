"""How gateway and floor grow with the invoices of one answer, and the gateway with the operations that it has seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.contestants import FLOOR, GATEWAY, Contestant
from benchmarks.load import Client
from benchmarks.process import Process
from benchmarks.upstream import Upstream
from benchmarks.workloads import SCALES, W1, Workload

_SEEN = (1_000, 5_000, 9_000, 13_000)
"""The gateway keeps 1,000 documents; those that it let go are cycles, which the collector takes away after a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """One large answer: milliseconds of CPU, and what it took of memory beside the bytes that had to pass."""

    contestant: str
    invoices: int
    cpu: float
    answer_megabytes: float
    upstream_megabytes: float
    peak_megabytes: float

    @property
    def memory_ratio(self) -> float:
        """The peak above the idle process, as a multiple of the answer, the upstream's body taken off first."""
        return (self.peak_megabytes - self.upstream_megabytes) / self.answer_megabytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The sizes, and the process's memory in MB after so many different operations."""

    sizes: list[Size]
    megabytes_by_operations: dict[int, float]

    def lines(self) -> list[str]:
        """A part of the page."""
        return [
            "## How they grow",
            "",
            "Peak is above the idle process.",
            "",
            "| | invoices | CPU ms | µs each | answer MB | upstream MB | peak MB | less upstream, by answer |",
            "|---|---|---|---|---|---|---|---|",
            *(
                f"| {size.contestant} | {size.invoices} | {size.cpu:.4g} | {size.cpu / size.invoices * 1_000:.3g} | "
                f"{size.answer_megabytes:.2f} | {size.upstream_megabytes:.2f} | {size.peak_megabytes:.1f} | "
                f"{size.memory_ratio:.1f} |"
                for size in self.sizes
            ),
            "",
            "| different operations the gateway has seen | MB |",
            "|---|---|",
            *(f"| {seen} | {megabytes:.1f} |" for seen, megabytes in self.megabytes_by_operations.items()),
        ]


async def grow(upstream: Upstream, folder: Path) -> Scale:
    """Measures each size in a process of its own, warmed up by a small answer."""
    pairs = [(contestant, workload) for workload in SCALES for contestant in (GATEWAY, FLOOR)]
    sizes = [await _size(contestant, workload, upstream, folder) for contestant, workload in pairs]
    return Scale(sizes=sizes, megabytes_by_operations=await _operations(upstream, folder))


async def _size(contestant: Contestant, workload: Workload, upstream: Upstream, folder: Path) -> Size:
    process = contestant.start(folder, upstream.url)
    client = Client(process.port, contestant.path)
    try:
        await client.ask(workload.document, {"id": W1.ids[0]})
        idle, used, upstream.largest_body = process.megabytes(), process.cpu_seconds(), 0
        answer = await client.ask(workload.document, workload.variables(0))
        return Size(
            contestant=contestant.name,
            invoices=workload.invoices,
            cpu=(process.cpu_seconds() - used) * 1_000,
            answer_megabytes=len(answer) / 1e6,
            upstream_megabytes=upstream.largest_body / 1e6,
            peak_megabytes=(process.peak_megabytes() - idle) * 1.048576,
        )
    finally:
        client.close()
        process.stop()


async def _operations(upstream: Upstream, folder: Path) -> dict[int, float]:
    process = GATEWAY.start(folder, upstream.url)
    client = Client(process.port, GATEWAY.path)
    try:
        return {
            last: await _megabytes_after(range(first, last), client, process) for first, last in pairwise((0, *_SEEN))
        }
    finally:
        client.close()
        process.stop()


async def _megabytes_after(numbers: Sequence[int], client: Client, process: Process) -> float:
    for number in numbers:
        document = W1.document.replace("nodes", f"nodes{number}: nodes")
        await client.ask(document, W1.variables(number))
    return process.megabytes()
