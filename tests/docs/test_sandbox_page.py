"""The sandbox's page tells of every fault that can be armed."""

from __future__ import annotations

import re

from sandbox.faults import KINDS
from tests.conftest import ROOT


def test_every_kind_of_fault_is_in_one_of_the_tables() -> None:
    page = (ROOT / "sandbox/README.md").read_text(encoding="utf-8").partition("## Faults")[2].partition("\n## ")[0]
    cells = [row.split("|")[1] for row in page.splitlines() if row.startswith("| `")]

    assert {kind for cell in cells for kind in re.findall("`([^`]+)`", cell)} == KINDS
