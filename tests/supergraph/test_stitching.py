"""Schema stitching in front of us and the company, by `_entities`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import httpx

from sandbox.server import Sandbox
from tests.conftest import Gateway
from tests.supergraph.conftest import Front

_IN_PARTS = """
import { buildHTTPExecutor } from '@graphql-tools/executor-http';
import { parse } from 'graphql';
const [endpoint, text] = process.argv.slice(1);
const answer = await buildHTTPExecutor({ endpoint })({ document: parse(text) });
let last;
for await (const one of answer) last = one;
console.log(JSON.stringify(last));
"""


def test_thirty_invoices_of_the_companys_orders_are_one_request_and_a_call_an_account(
    stitched: Front, sandbox: Sandbox
) -> None:
    answer = stitched.ask("{ orders { id invoice { number total { amount } } } }")

    assert "errors" not in answer
    assert answer["data"]["orders"][0] == {
        "id": "O-5001",
        "invoice": {"number": "2026/6018", "total": {"amount": "568.78"}},
    }
    assert stitched.requests(2) == [("company", 0), ("invoices", 30)]
    assert [call.operation for call in sandbox.board.calls] == ["storefront.invoices"] * 3


def test_from_our_invoices_it_goes_on_to_their_orders_and_managers(stitched: Front, sandbox: Sandbox) -> None:
    answer = stitched.ask(
        """{ invoice(id: "WzEsIndlYnN0b3JlIiwiNDcxMSIsIjY3NDc1MjM5MiJd") {
          number order { id } customer { name accountManager { name } }
        } }"""
    )

    assert answer == {
        "data": {
            "invoice": {
                "number": "2026/6018",
                "order": {"id": "O-5001"},
                "customer": {"name": "Daan van der Meer", "accountManager": {"name": "Mieke Jansen"}},
            }
        }
    }


def test_its_executor_puts_every_deferred_part_in_its_place(example: Path, gateway: Gateway) -> None:
    query = """{ customer(id: "C-1001") { id invoices(first: 3) { nodes { number
      ... @defer { total { amount } ... @defer { source { name } } }
    } } } }"""
    endpoint = f"{gateway.url}/graphql"

    command = ["node", "--input-type=module", "-e", _IN_PARTS, "--", endpoint, query]
    done = subprocess.run(command, cwd=example, check=True, capture_output=True, text=True, timeout=60)
    whole = httpx.post(endpoint, json={"query": query}, trust_env=False).json()

    assert json.loads(done.stdout)["data"] == whole["data"]
    assert len(whole["data"]["customer"]["invoices"]["nodes"]) == 3
