"""GraphQL over HTTP as the authors of its specification audit it: every case of the npm package graphql-http."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.npm import installed

NODE = Path(__file__).parent / "node"
# fmt: off
AUDITS = [
    "22EB", "4655", "47DE", "80D8", "82A3", "BF61", "78D5", "2C94", "5A70", "9C48", "9ABE", "03D4", "A5BF", "423L",
    "LKJ0", "LKJ1", "LKJ2", "LKJ3", "34A2", "13EE", "6C00", "6C01", "6C02", "6C03", "8161", "B8B3", "94B0", "0220",
    "94B1", "0221", "94B2", "0222", "4760", "4761", "4762", "4763", "2EA1", "28B9", "D6D5", "6A70", "58B0", "58B1",
    "58B2", "58B3", "428F", "1B7A", "B6DC", "BCF8", "B7N8", "8764", "3E3A", "572B", "FDE2", "7B9B", "865D", "556A",
    "D586", "51FE", "74FF", "5E5B", "86EE",
]
# fmt: on


@pytest.fixture(scope="session")
def audits(gateway_url: str) -> dict[str, dict[str, Any]]:
    """What each audit found, by its id."""
    command = ["node", "audits.mjs", f"{gateway_url}/graphql"]
    done = subprocess.run(command, cwd=installed(NODE), check=True, capture_output=True, text=True, timeout=60)
    return {found["id"]: found for found in json.loads(done.stdout)}


def test_no_audit_is_left_out(audits: dict[str, dict[str, Any]]) -> None:
    assert sorted(audits) == sorted(AUDITS)


@pytest.mark.parametrize("audit", AUDITS)
def test_the_audit_finds_nothing(audit: str, audits: dict[str, dict[str, Any]]) -> None:
    found = audits[audit]

    assert found["status"] == "ok", f"{found['name']}: {found.get('reason')}"
