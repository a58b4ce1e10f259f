"""A contestant that fails is named."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.contestants import Contestant
from benchmarks.load import WrongAnswer
from benchmarks.rounds import Plan, compete
from benchmarks.upstream import Upstream
from benchmarks.workloads import W1

KNOWS_NO_POST = Contestant("files", (sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "{port}"))


async def test_a_wrong_answer_is_told_with_the_workload_and_whose_it_was(tmp_path: Path) -> None:
    plan = Plan(rounds=1, pace=0.1)

    with pytest.raises(WrongAnswer, match=r"^W1: files: status 501"):
        await compete(W1, [KNOWS_NO_POST], Upstream(), tmp_path, plan, lambda _: None)
