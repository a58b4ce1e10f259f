"""`python -m soak SECONDS`: exits with 1 where the gateway grew, failed or kept files; tells what it held."""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import httpx
from typer import echo

from sandbox import demo_files
from sandbox.faults import TRANSPORT_KINDS, Fault
from sandbox.generate import generate
from sandbox.server import Sandbox, running
from soak.clients import Clients
from soak.process import Holding, holding_of

ROOT = Path(__file__).parent.parent
_PATHS = {"association": "/xweb", "shop": "/Shoxl"}
_SOURCES = ("association", "shop", "webstore", "orders", "wholesale")
_WARM_UP = 0.3
"""The part of the time in which caches may fill."""
_MOST_GROWTH, _SPARE_MEMORY = 0.15, 100.0
"""MiB that the allocator may keep of what two sources' bodies held at once (docs/operations.md)."""
_MOST_MEMORY = 700.0
"""MiB at the peak: all that the bounds allow together, and what is made of bodies."""
_SPARE_FILES = 30
_REST_SECONDS = 25.0
"""How long after the last client all connections, deadlines and calls have run out."""


def main() -> int:
    """Runs the service under faults and floods, and watches what it holds; 1 where that is wrong."""
    parser = argparse.ArgumentParser(prog="python -m soak", description=main.__doc__)
    parser.add_argument("seconds", type=_positive, metavar="SECONDS", help="how long clients ask")
    seconds: float = parser.parse_args().seconds
    with (
        tempfile.TemporaryDirectory() as folder,
        running(books=generate()) as sandbox,
        _gateway(sandbox, Path(folder)) as (process, url, log),
    ):
        before = holding_of(process.pid)
        holdings, answers = asyncio.run(_soak(url, process.pid, sandbox, seconds))
        after = holding_of(process.pid)
        echo(", ".join(f"{name}: {count}" for name, count in sorted(answers.items())))
        echo(f"at rest before: {before.files} files, after: {after.files} files; peak {after.peak:.0f} MiB")
        complaints = list(_complaints(before, after, holdings, answers, log.read_text()))
        for complaint in complaints:
            echo(f"FAILED: {complaint}")
        return 1 if complaints or process.poll() is not None else 0


def _positive(text: str) -> float:
    with suppress(ValueError):
        if 0 < (number := float(text)) < math.inf:
            return number
    raise argparse.ArgumentTypeError(f"{text} is no number of seconds above 0")


def _complaints(
    before: Holding, after: Holding, holdings: list[Holding], answers: dict[str, int], log: str
) -> Iterator[str]:
    warm = holdings[int(len(holdings) * _WARM_UP) :]
    half = len(warm) // 2
    early, late = (min(item.memory for item in part) for part in (warm[:half], warm[half:]))
    if late > early * (1 + _MOST_GROWTH) + _SPARE_MEMORY:
        yield f"memory grew from {early:.0f} to {late:.0f} MiB after the warm-up"
    if after.peak > _MOST_MEMORY:
        yield f"memory was {after.peak:.0f} MiB at its peak"
    if after.files > before.files + _SPARE_FILES:
        yield f"{after.files - before.files} files were left open"
    if answers.get("200", 0) < 10:
        yield "hardly anybody was answered"
    if failed := sum(count for name, count in answers.items() if name.startswith("5") and name != "503"):
        yield f"{failed} requests were answered 5xx"
    if faults := [line for line in log.splitlines() if "Traceback" in line]:
        yield f"{len(faults)} tracebacks in the log, the first: {faults[0][:2_000]}"


async def _soak(url: str, pid: int, sandbox: Sandbox, seconds: float) -> tuple[list[Holding], dict[str, int]]:
    chance = random.Random(20261121)  # noqa: S311  # the same soak every time
    clients = Clients(url, chance)
    work = [clients.ask] * 6 + [clients.leave] * 2 + [clients.dawdle] * 30 + [clients.send_too_much] * 2
    holdings: list[Holding] = []
    async with _all(client() for client in work):
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            _break_something(sandbox, chance)
            await asyncio.sleep(min(2.0, seconds / 20))
            holdings.append(holding_of(pid))
            if len(holdings) % 10 == 1:
                held = holdings[-1]
                echo(f"{held.memory:6.0f} MiB {held.files:5} files {clients.answers['200']:7} answers")
    sandbox.board.faults.clear()
    await asyncio.sleep(_REST_SECONDS)
    return holdings, clients.answers


def _break_something(sandbox: Sandbox, chance: random.Random) -> None:
    for source in _SOURCES:
        sandbox.board.faults.pop(source, None)
    for source in chance.sample(_SOURCES, 2):
        sandbox.board.faults[source] = Fault(chance.choice(sorted(TRANSPORT_KINDS)), times=20)


@asynccontextmanager
async def _all(work: Iterator[object]) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(item) for item in work]  # type: ignore[call-overload]  # coroutines all
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def _gateway(sandbox: Sandbox, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str, Path]]:
    demo_files.write_csv(sandbox.books, folder)
    configuration = demo_files.write_configuration(folder, 9100, 8000)
    sources = {
        f"INVOICE_GRAPH__SOURCES__{name.upper()}__BASE_URL": sandbox.url(name) + _PATHS.get(name, "")
        for name in _SOURCES
    }
    environ = {
        **os.environ,
        **sources,
        "INVOICE_GRAPH_KEY": "a key of the soak alone, long enough to be one",
        "INVOICE_GRAPH__SERVER__PORT": "0",
        "INVOICE_GRAPH__CACHE__MEMORY_BYTES": "16000000",  # so that it is full before the warm-up ends
    }
    command = [sys.executable, "-m", "service"]
    names = [str(folder / name) for name in demo_files.CSV_NAMES]
    imports = [*command, "customers", "import", "--complete-index", "--config", str(configuration), *names]
    subprocess.run(imports, env=environ, cwd=ROOT, check=True, capture_output=True)  # noqa: S603  # our own command
    log = folder / "gateway.log"
    with log.open("wb") as output:
        serves = [*command, "serve", "--config", str(configuration)]
        process = subprocess.Popen(serves, env=environ, cwd=ROOT, stderr=output)  # noqa: S603  # likewise
    try:
        url = _address(log)
        httpx.get(f"{url}/readyz", trust_env=False).raise_for_status()
        yield process, url, log
    finally:
        process.terminate()
        process.wait(timeout=30)


def _address(log: Path) -> str:
    for _ in range(400):
        if '"ready"' in log.read_text():
            return "http://" + log.read_text().partition("http://")[2].partition('"')[0]
        time.sleep(0.05)
    raise RuntimeError(f"the gateway did not start:\n{log.read_text()}")


if __name__ == "__main__":
    sys.exit(main())
