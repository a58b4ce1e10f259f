"""The example of a client: types by graphql-codegen from the clients' schema, TypeScript's check, Relay's payloads."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from sandbox.server import Sandbox
from tests.npm import installed

EXAMPLE = Path(__file__).parents[2] / "examples" / "client"
_SECONDS = 120
_PAYLOADS = """
import { payloads } from './dist/relay.js';
const [url, query, accept] = process.argv.slice(1);
const headers = { 'content-type': 'application/json', accept };
const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
const all = [];
for await (const payload of payloads(reply)) all.push(structuredClone(payload));
console.log(JSON.stringify(all));
"""
_PARTS = "multipart/mixed, application/json"
_OVERLAPPING = """{ customer(id: "C-1003") { id
  invoices(first: 2) { nodes { number total { amount } ...Detail @defer(label: "detail") } }
  ...Standing @defer(label: "standing") } }
fragment Detail on Invoice { number dueDate total { amount currencyCode } }
fragment Standing on Customer { name invoices(first: 2) { totalCount } }"""


@pytest.fixture(scope="module")
def example() -> Path:
    """The example's folder with its types generated."""
    folder = installed(EXAMPLE)
    done = _run("graphql-codegen", "--config", "codegen.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def compiled(example: Path) -> Path:
    """The folder with the example as JavaScript."""
    done = _run("tsc")
    assert done.returncode == 0, done.stdout
    return example


def _run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(EXAMPLE / "node_modules" / ".bin" / tool), *arguments]
    return subprocess.run(command, cwd=EXAMPLE, check=False, capture_output=True, text=True, timeout=_SECONDS)


def test_the_examples_code_fits_the_types(example: Path) -> None:
    done = _run("tsc", "--noEmit")

    assert (done.returncode, done.stdout) == (0, "")


def test_the_example_prints_what_the_customer_owes(compiled: Path, gateway_url: str, sandbox: Sandbox) -> None:
    command = ["node", str(compiled / "dist" / "overview.js"), f"{gateway_url}/graphql"]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_SECONDS).stdout

    assert re.findall(r"^due ([\d.]+) (\w+)$", said, re.MULTILINE) == [("5121.09", "EUR"), ("3818.88", "USD")]
    assert "Some sources did not answer." not in said


def test_an_amount_taken_for_a_number_is_an_error(example: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong.ts").write_text(
        f"import type {{ AmountFragment }} from '{example}/generated/operations.js';\n"
        "export const half = (due: AmountFragment): number => due.amount / 2;\n"
    )
    settings = {
        "extends": f"{example}/tsconfig.json",
        "compilerOptions": {"types": []},
        "files": ["wrong.ts"],
    }
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings))

    done = _run("tsc", "--noEmit", "--project", str(tmp_path / "tsconfig.json"))

    assert "wrong.ts(2,54): error TS2362" in done.stdout


def _payloads(folder: Path, url: str, query: str, accept: str) -> list[dict[str, Any]]:
    """What Relay is handed of the answer."""
    command = ["node", "--input-type=module", "-e", _PAYLOADS, "--", url, query, accept]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=_SECONDS)
    payloads: list[dict[str, Any]] = json.loads(done.stdout)
    return payloads


def test_relay_is_handed_all_fields_of_each_deferred_fragment(compiled: Path, gateway_url: str) -> None:
    url = f"{gateway_url}/graphql"
    whole = httpx.post(url, json={"query": _OVERLAPPING}, trust_env=False).json()["data"]["customer"]

    first, *later = _payloads(compiled, url, _OVERLAPPING, _PARTS)

    nodes = whole["invoices"]["nodes"]
    assert first["data"]["customer"]["invoices"]["nodes"] == [
        {"number": node["number"], "total": {"amount": node["total"]["amount"]}} for node in nodes
    ]
    handed = {(part["label"], part["path"][-1]): part["data"] for part in later}
    assert [handed[("detail", place)] for place in (0, 1)] == nodes
    standing = handed[("standing", "customer")]
    assert (standing["name"], standing["invoices"]["totalCount"]) == (whole["name"], whole["invoices"]["totalCount"])
    assert len(later) == 3


def test_relay_is_told_that_a_whole_answer_is_final(compiled: Path, gateway_url: str) -> None:
    [only] = _payloads(compiled, f"{gateway_url}/graphql", _OVERLAPPING, "application/json")

    assert only["extensions"] == {"is_final": True}
    assert only["data"]["customer"]["invoices"]["nodes"][0]["total"]["currencyCode"] == "USD"


def test_relay_finds_late_errors_below_their_fragment(compiled: Path, gateway_url: str) -> None:
    query = '{ customer(id: "C-1003") { id ... @defer(label: "late") { name invoices(first: 0) { totalCount } } } }'

    _, late = _payloads(compiled, f"{gateway_url}/graphql", query, _PARTS)

    assert (late["path"], late["data"]["invoices"]) == (["customer"], None)
    assert [error["path"] for error in late["errors"]] == [["invoices"]]


def test_relay_is_not_handed_a_fragment_that_failed(compiled: Path) -> None:
    said: list[object] = [
        {"data": {"a": {"n": 1}, "b": {"n": 2}}, "pending": [{"id": key, "path": [key], "label": key} for key in "ab"]},
        {"completed": [{"id": "a", "errors": [{"message": "failed"}]}]},
        {"incremental": [{"id": "b", "path": ["b"], "data": {"m": 3}}], "completed": [{"id": "b"}]},
    ]
    parts = "\r\n---\r\n".join(f"Content-Type: application/json\r\n\r\n{json.dumps(part)}" for part in said)
    url = "data:multipart/mixed;boundary=-," + quote(f"---\r\n{parts}\r\n-----\r\n")

    _, *later = _payloads(compiled, url, "", _PARTS)

    assert [(part["label"], part["data"]) for part in later] == [("b", {"n": 2, "m": 3})]
