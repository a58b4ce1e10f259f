"""Apollo's own client, as an app has it: persisted queries by GET, a deferred fragment, and a cache by keys."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.npm import installed

NODE = Path(__file__).parent / "node"
OVERVIEW = Path(__file__).parents[2] / "examples" / "client" / "operations" / "customer_overview.graphql"
DEFERRED = '{ customer(id: "C-1003") { id name ... @defer(label: "list") { invoices(first: 1) { totalCount } } } }'


@pytest.fixture(scope="module")
def told(gateway_url: str) -> Any:
    """What the client sent, and what its app saw."""
    never_sent_before = f"query Q{uuid4().hex} {{ viewer {{ roles }} }}"
    return _run("apollo.mjs", f"{gateway_url}/graphql", never_sent_before, DEFERRED)


def _run(*words: str) -> Any:
    """What a script prints."""
    done = subprocess.run(["node", *words], cwd=installed(NODE), check=True, capture_output=True, text=True, timeout=60)
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


def test_the_examples_operation_is_kept_under_the_keys_that_its_readme_names(gateway_url: str) -> None:
    rows = "invoices(first: 1) { nodes { id total { currencyCode } } }"
    other = f"query ($id: ID!) {{ customer(id: $id) {{ id accounts {{ id {rows} }} }} }}"

    kept = _run("cache.mjs", f"{gateway_url}/graphql", OVERVIEW.read_text(), other)

    assert {'Source:{"name":"shop"}', "Customer:C-1001"} <= set(kept["keys"])
    assert kept["isKept"]
