"""What was measured, as a JSON file for comparing and a Markdown page for reading."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.contestants import FLOOR, GATEWAY, Contestant
from benchmarks.rounds import Batch, Figures
from benchmarks.scale import Scale
from benchmarks.workloads import Workload

_PACKAGES = (
    "strawberry-graphql", "graphql-core", "starlette", "uvicorn", "uvloop", "httptools", "httpx", "aiohttp", "msgspec",
    "orjson", "lxml", "aiodataloader",
)  # fmt: skip
_ROOT = Path(__file__).parent.parent

Results = dict[Workload, list[Figures]]


def write_report(
    results: Results, scale: Scale | None, folder: Path, foreign: Mapping[str, str], contestants: Sequence[Contestant]
) -> tuple[Path, str]:
    """Writes both files; the JSON's path, and the page's text. `foreign`: the versions of what is not Python's."""
    folder.mkdir(exist_ok=True)
    circumstances = _circumstances(foreign)
    name = f"{circumstances['date'][:10]}-{circumstances['commit']}"
    told: dict[str, Any] = circumstances | {
        "workloads": {workload.name: [_told(one) for one in figures] for workload, figures in results.items()},
        "absences": {one.name: dict(one.absences) for one in contestants if one.absences},
        "scale": None if scale is None else asdict(scale),
    }
    path = folder / f"{name}.json"
    path.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    page = _page(circumstances, results, scale, contestants)
    path.with_suffix(".md").write_text(page, "utf-8")
    return path, page


def _circumstances(foreign: Mapping[str, str]) -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "machine": {"processor": _processor(), "cores": os.cpu_count(), "system": platform.system()},
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in _PACKAGES} | dict(foreign),
    }


def _git(*words: str) -> str:
    """What git says of the tree; nothing where it is not installed, or knows of none."""
    if shutil.which("git") is None:
        return ""
    done = subprocess.run(  # noqa: S603  # our own words
        ["git", "-C", str(_ROOT), *words],  # noqa: S607  # whichever git is installed
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip()


def _commit() -> str:
    """The commit, `-changed` behind it where the tree differs from it."""
    commit = _git("rev-parse", "--short=10", "HEAD") or "unknown"
    return f"{commit}-changed" if _git("status", "--porcelain") else commit


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _told(figures: Figures) -> dict[str, Any]:
    return asdict(figures) | {"batches": {str(many): list(map(asdict, one)) for many, one in figures.batches.items()}}


def _page(
    circumstances: dict[str, Any], results: Results, scale: Scale | None, contestants: Sequence[Contestant]
) -> str:
    machine = circumstances["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in circumstances["versions"].items())
    lines = [
        f"# Benchmark of {circumstances['date'][:10]}, commit {circumstances['commit']}",
        "",
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, Python {circumstances['python']}; "
        f"{versions}.",
        "",
        "CPU per request in ms is the median of the rounds; the ratio to the floor is taken round by round, and is "
        "given as its least and its median.",
    ]
    for workload, figures in results.items():
        lines += ["", *_table(workload, figures)]
        reasons = {one.name: one.absences[workload.name] for one in contestants if workload.name in one.absences}
        for name, reason in reasons.items():
            lines += ["", f"{name} does not take part: {reason}."]
    if scale is not None:
        lines += ["", *scale.lines()]
    return "\n".join(lines) + "\n"


def _table(workload: Workload, figures: Sequence[Figures]) -> list[str]:
    floor = next(one for one in figures if one.contestant == FLOOR.name)
    return [
        f"## {workload.name}: {workload.title}",
        "",
        "| | clients | CPU ms | ratio, least | median | p50 ms | p99 ms | requests/s | upstream calls | peak MB |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(_row(one, floor, many) for many in floor.batches for one in figures),
    ]


def _row(figures: Figures, floor: Figures, clients: int) -> str:
    batches = figures.batches[clients]
    least, middle = ratios(batches, floor.batches[clients])
    name = f"**{figures.contestant}**" if figures.contestant == GATEWAY.name else figures.contestant
    cells = [
        name, str(clients), f"{_median(batches, 'cpu_per_request'):.3g}", f"{least:.2f}", f"{middle:.2f}",
        f"{_median(batches, 'p50'):.3g}", f"{_median(batches, 'p99'):.3g}",
        f"{_median(batches, 'requests_per_second'):.4g}", f"{_median(batches, 'upstream_calls_per_request'):.3g}",
        f"{figures.peak_megabytes:.0f}",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def ratios(batches: Sequence[Batch], floors: Sequence[Batch]) -> tuple[float, float]:
    """CPU per request against the floor's of the same round: the least ratio, and the median."""
    found = [one.cpu_per_request / floor.cpu_per_request for one, floor in zip(batches, floors, strict=False)]
    return min(found), median(found)


def _median(batches: Sequence[Batch], figure: str) -> float:
    return median(float(getattr(batch, figure)) for batch in batches)
