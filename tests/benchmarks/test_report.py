"""What the page says beside the figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.contestants import FLOOR, Contestant
from benchmarks.report import write_report
from benchmarks.rounds import Batch, Figures
from benchmarks.workloads import W1, W4

BATCH = Batch(requests=1, cpu_per_request=1, p50=1, p99=1, requests_per_second=1, upstream_calls_per_request=1)
FIGURES = Figures(contestant="floor", answer_bytes=1, idle_megabytes=1, peak_megabytes=1, batches={1: [BATCH]})
ABSENT = Contestant("lazy", (), absences={"W4": "it has a reason"})


def test_who_does_not_take_part_in_a_workload_is_told_below_its_table_and_why(tmp_path: Path) -> None:
    path, page = write_report({W1: [FIGURES], W4: [FIGURES]}, None, tmp_path, {}, [FLOOR, ABSENT])

    before, _, after = page.partition(f"## {W4.name}")
    assert "lazy" not in before
    assert after.endswith("\n\nlazy does not take part: it has a reason.\n")
    assert json.loads(path.read_text())["absences"] == {"lazy": {"W4": "it has a reason"}}


def test_what_was_measured_is_written_where_git_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path, _ = write_report({W1: [FIGURES]}, None, tmp_path, {}, [FLOOR])

    assert json.loads(path.read_text())["commit"] == "unknown"
