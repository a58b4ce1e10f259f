"""Runs the contestants in turn, round after round, so that a machine that changes its pace does so for all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.contestants import FLOOR, Contestant
from benchmarks.load import Client, WrongAnswer, run_load
from benchmarks.process import Process
from benchmarks.upstream import Upstream
from benchmarks.workloads import Workload

_COMPARED = 8
_SLOW = 3.0
"""A peer whose batch takes so many times as long as it should runs in the first round alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one batch of requests cost a contestant. Times are milliseconds."""

    requests: int
    cpu_per_request: float
    p50: float
    p99: float
    requests_per_second: float
    upstream_calls_per_request: float

    def is_slow(self, seconds: float) -> bool:
        """Whether it took far longer than a batch shall."""
        return self.requests / self.requests_per_second > _SLOW * seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All batches of a contestant on a workload, by the number of clients, and its memory in megabytes."""

    contestant: str
    answer_bytes: int
    idle_megabytes: float
    peak_megabytes: float
    batches: dict[int, list[Batch]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long it may take: rounds, what the workloads' seconds are multiplied by, and how many clients ask at once."""

    rounds: int
    pace: float
    clients: tuple[int, ...] = (1, 32)


class Differs(Exception):
    """Two contestants do not give the same answer."""


async def compete(
    workload: Workload,
    contestants: Sequence[Contestant],
    upstream: Upstream,
    folder: Path,
    plan: Plan,
    tell: Callable[[str], None],
) -> list[Figures]:
    """The figures of each contestant. Raises Differs, WrongAnswer, and RuntimeError for one that does not start."""
    with ExitStack() as stack:
        running: dict[Contestant, Process] = {}
        for contestant in contestants:
            running[contestant] = process = contestant.start(folder, upstream.url)
            stack.callback(process.stop)
        sizes = await _compare(workload, running)
        idle = {contestant: process.megabytes() for contestant, process in running.items()}
        batches: dict[Contestant, dict[int, list[Batch]]] = {
            one: {many: [] for many in plan.clients} for one in contestants
        }
        for number in range(plan.rounds):
            for many in plan.clients:
                for contestant in contestants if number % 2 == 0 else reversed(contestants):
                    known = batches[contestant][many]
                    if contestant.is_measured or not known or not known[0].is_slow(workload.seconds * plan.pace):
                        seconds = workload.seconds * plan.pace
                        known.append(await _batch(workload, contestant, running[contestant], upstream, many, seconds))
            tell(f"{workload.name} round {number + 1} of {plan.rounds}")
        return [
            Figures(
                contestant=contestant.name,
                answer_bytes=sizes[contestant],
                idle_megabytes=idle[contestant],
                peak_megabytes=process.peak_megabytes(),
                batches=batches[contestant],
            )
            for contestant, process in running.items()
        ]


async def _batch(
    workload: Workload, contestant: Contestant, process: Process, upstream: Upstream, clients: int, seconds: float
) -> Batch:
    calls, used = upstream.calls, process.cpu_seconds()
    with _named(workload, contestant):
        load = await run_load(
            process.port,
            contestant.path,
            document=workload.document,
            variables=workload.variables,
            clients=clients,
            seconds=seconds,
        )
    used, calls = process.cpu_seconds() - used, upstream.calls - calls
    latencies, requests = sorted(load.latencies), len(load.latencies)
    return Batch(
        requests=requests,
        cpu_per_request=used / requests * 1_000,
        p50=median(latencies) * 1_000,
        p99=latencies[min(requests - 1, requests * 99 // 100)] * 1_000,
        requests_per_second=requests / load.seconds,
        upstream_calls_per_request=calls / requests,
    )


async def _compare(workload: Workload, running: dict[Contestant, Process]) -> dict[Contestant, int]:
    """The size of each contestant's answer. Raises Differs unless all of them say the same as the floor."""
    clients = {contestant: Client(process.port, contestant.path) for contestant, process in running.items()}
    sizes: dict[Contestant, int] = {}
    for number in range(min(_COMPARED, workload.operations)):
        variables = workload.variables(number)
        answers: dict[Contestant, bytes] = {}
        for one, client in clients.items():
            with _named(workload, one):
                answers[one] = await client.ask(workload.document, variables)
        # Numbers as texts: a float that prints alike is not the same.
        read = {one: json.loads(body, parse_float=str)["data"] for one, body in answers.items()}
        for contestant, data in read.items():
            if place := difference(read[FLOOR], data):
                raise Differs(f"{workload.name}: {contestant.name} differs from the floor at {place}")
        sizes = {one: len(body) for one, body in answers.items()}
    for client in clients.values():
        client.close()
    return sizes


@contextmanager
def _named(workload: Workload, contestant: Contestant) -> Iterator[None]:
    """Says of a wrong answer whose it was."""
    try:
        yield
    except WrongAnswer as error:
        raise WrongAnswer(f"{workload.name}: {contestant.name}: {error}") from error


def difference(expected: object, found: object, path: str = "data") -> str:
    """The first place where two answers differ, and how; empty where they are equal."""
    if isinstance(expected, dict) and isinstance(found, dict):
        if expected.keys() != found.keys():
            return f"{path}: {sorted(expected)} or {sorted(found)}"
        places = (difference(value, found[name], f"{path}.{name}") for name, value in expected.items())
        return next(filter(None, places), "")
    if isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return f"{path}: {len(expected)} or {len(found)} entries"
        pairs = enumerate(zip(expected, found, strict=True))
        return next(filter(None, (difference(one, two, f"{path}.{n}") for n, (one, two) in pairs)), "")
    return "" if type(expected) is type(found) and expected == found else f"{path}: {expected!r} or {found!r}"
