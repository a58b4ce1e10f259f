"""Apollo's own client, as an app has it: persisted queries by GET, and a deferred fragment."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.npm import installed

NODE = Path(__file__).parent / "node"
DEFERRED = '{ customer(id: "C-1003") { id name ... @defer(label: "list") { invoices(first: 1) { totalCount } } } }'


@pytest.fixture(scope="module")
def told(gateway_url: str) -> Any:
    """What the client sent, and what its app saw."""
    never_sent_before = f"query Q{uuid4().hex} {{ viewer {{ roles }} }}"
    command = ["node", "apollo.mjs", f"{gateway_url}/graphql", never_sent_before, DEFERRED]
    done = subprocess.run(command, cwd=installed(NODE), check=True, capture_output=True, text=True, timeout=60)
    return json.loads(done.stdout)


def test_a_query_is_sent_by_its_hash_and_with_its_text_once(told: Any) -> None:
    assert [(request["method"], request["hasText"], request["status"]) for request in told["requests"][:3]] == [
        ("GET", False, 400),
        ("POST", True, 200),
        ("GET", False, 200),
    ]
    assert [answer["viewer"]["roles"] for answer in told["answers"]] == [["STAFF"], ["STAFF"]]


def test_a_deferred_fragment_comes_after_the_rest(told: Any) -> None:
    first, last = told["states"]

    assert (first["state"], last["state"]) == ("streaming", "complete")
    assert "invoices" not in first["data"]["customer"]
    assert last["data"]["customer"]["invoices"]["totalCount"] > 0
