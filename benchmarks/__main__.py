"""`python -m benchmarks`: the workloads, the growth, and the report of both."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import uvloop

from benchmarks import npm
from benchmarks.contestants import FLOOR, GATEWAY, OPTIONAL, PEER, Contestant, write_gateway_files
from benchmarks.load import WrongAnswer
from benchmarks.process import pin_here
from benchmarks.report import Results, write_report
from benchmarks.rounds import Differs, Plan, compete
from benchmarks.scale import grow
from benchmarks.upstream import Upstream
from benchmarks.workloads import WORKLOADS, Workload

_WHOLE = Plan(rounds=5, pace=1.0)
_QUICK = Plan(rounds=1, pace=0.25, clients=(1, 4))


def main() -> int:
    """Runs what the command line asks for; 1 where answers differ or a contestant fails."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round, and no growth: a smoke test")
    parser.add_argument("--no-peer", action="store_true", help="the gateway and the floor alone")
    parser.add_argument(
        "--peers", type=_optional, default=[], help="optional ones beside it, by comma: yoga, mesh (both need Node)"
    )
    parser.add_argument("--rounds", type=_positive, help="instead of 5, or 1 with --quick")
    results = str(Path(__file__).parent / "results")
    parser.add_argument("--results", type=_writable, default=results, help="the folder to write into")
    names = [workload.name for workload in WORKLOADS]
    parser.add_argument(
        "workloads", nargs="*", type=str.upper, metavar="W1", help=f"{' '.join(names)}; without any, all and the growth"
    )
    options = parser.parse_args()
    if unknown := set(options.workloads) - {*names}:
        parser.error(f"no such workload: {', '.join(sorted(unknown))}; there is {', '.join(names)}")
    plan = _QUICK if options.quick else _WHOLE
    if options.rounds:
        plan = replace(plan, rounds=options.rounds)
    chosen = [workload for workload in WORKLOADS if workload.name in (options.workloads or workload.name)]
    try:
        uvloop.run(_run(chosen, plan, options))
    except (Differs, WrongAnswer, RuntimeError) as error:
        _tell(str(error))
        return 1
    return 0


async def _run(workloads: Sequence[Workload], plan: Plan, options: argparse.Namespace) -> None:
    pin_here()
    contestants = [GATEWAY, FLOOR, *([] if options.no_peer else [PEER]), *options.peers]
    foreign = _installed(options.peers)
    results: Results = {}
    upstream = Upstream()
    server = await upstream.start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_gateway_files(folder, upstream.url)
        for workload in workloads:
            present = [one for one in contestants if workload.name not in one.absences]
            results[workload] = await compete(workload, present, upstream, folder, plan, _tell)
        scale = None if options.quick or options.workloads else await grow(upstream, folder)
    server.close()
    path, page = write_report(results, scale, options.results, foreign, contestants)
    sys.stdout.write(page)
    _tell(f"written to {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text} is no whole number above 0")
    return int(text)


def _writable(name: str) -> Path:
    """The folder, made where it is not there: a quarter of an hour would be lost if that were found out at the end."""
    folder = Path(name)
    try:
        folder.mkdir(exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{folder} cannot be written: {error.strerror}") from None
    return folder


def _optional(names: str) -> list[Contestant]:
    known = {one.name: one for one in OPTIONAL}
    wanted = dict.fromkeys(filter(None, names.split(",")))
    if unknown := wanted.keys() - known:
        raise argparse.ArgumentTypeError(f"no such peer: {', '.join(sorted(unknown))}; there is {', '.join(known)}")
    return [known[name] for name in wanted]


def _installed(peers: Sequence[Contestant]) -> dict[str, str]:
    """What the optional peers consist of, by name and version. Raises RuntimeError where they cannot be installed."""
    found: dict[str, str] = {}
    for folder in filter(None, (peer.packages for peer in peers)):
        npm.install(folder)
        found |= npm.versions(folder)
    return found


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
