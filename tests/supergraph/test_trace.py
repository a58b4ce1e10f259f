"""Apollo's inline trace, read by Apollo's own package."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from graph.context import Limits
from graph.trace import MOST_NODES, Trace
from resolvers.access import Principal, ViewerRole
from resolvers.model.errors import SourceTimeout
from tests.lists.shelf import invoice_of
from tests.supergraph.in_memory import ACCOUNT, INVOICE, Subgraph

_ASKS = {"apollo-federation-include-trace": "ftv1"}
_QUERY = f"""{{
  mine: customer(id: "C-1") {{ invoices(first: 1) {{ nodes {{ number }} }} }}
  invoice(id: "{INVOICE.id}") {{ number }}
}}"""
_READ = """
import { readFileSync } from 'node:fs';
import protobuf from '@apollo/usage-reporting-protobuf';
const trace = protobuf.Trace.decode(Buffer.from(readFileSync(0, 'ascii'), 'base64'));
console.log(JSON.stringify(protobuf.Trace.toObject(trace, { longs: Number })));
"""


def _read(example: Path, ftv1: str) -> Any:
    command = ["node", "--input-type=module", "-e", _READ]
    return json.loads(
        subprocess.run(command, cwd=example, input=ftv1, check=True, capture_output=True, text=True).stdout
    )


async def test_a_router_that_asks_gets_the_time_of_every_field(example: Path) -> None:
    answer = await Subgraph().ask(_QUERY, headers=_ASKS)

    trace = _read(example, answer["extensions"]["ftv1"])
    customer, invoice = trace["root"]["child"]
    assert (customer["responseName"], customer["originalFieldName"]) == ("mine", "customer")
    assert (invoice["responseName"], invoice["parentType"], invoice["type"]) == ("invoice", "Query", "Invoice")
    (invoices,) = customer["child"]
    (nodes,) = invoices["child"]
    (first,) = nodes["child"]
    (number,) = first["child"]
    assert (first["index"], number["responseName"], number["parentType"]) == (0, "number", "Invoice")
    assert 0 < customer["startTime"] < invoices["startTime"] < number["startTime"] <= number["endTime"]
    assert trace["durationNs"] >= invoices["endTime"]
    assert trace["startTime"]["seconds"] <= trace["endTime"]["seconds"]


async def test_the_data_is_the_same_as_without_a_trace() -> None:
    traced = await Subgraph().ask(_QUERY, headers=_ASKS)

    assert traced["data"] == (await Subgraph().ask(_QUERY))["data"]


async def test_an_error_is_at_its_field_in_the_words_that_clients_read(example: Path) -> None:
    subgraph = Subgraph()
    subgraph.shop.fault = lambda _: SourceTimeout("shop", detail="the upstream's own words")

    answer = await subgraph.ask(_QUERY, headers=_ASKS)

    trace = _read(example, answer["extensions"]["ftv1"])
    (error,) = trace["root"]["child"][1]["error"]
    assert error["message"] == answer["errors"][0]["message"]
    assert json.loads(error["json"])["extensions"]["code"] == "SOURCE_TIMEOUT"
    assert "own words" not in json.dumps(trace)


_MANY = " ".join(f"a{number}: number" for number in range(60))
_LARGE = f"""{{
  customer(id: "C-1") {{ accounts {{ invoices(first: 100) {{ nodes {{ {_MANY} account {{ label }} }}
    edges {{ node {{ {_MANY} }} }} }} }} }}
}}"""


async def test_a_trace_ends_where_it_is_full_and_says_so(example: Path) -> None:
    subgraph = Subgraph(limits=Limits(aliases=1_000))
    subgraph.shop.books["7"] = [invoice_of(ACCOUNT, str(number)) for number in range(100)]

    answer = await subgraph.ask(_LARGE, headers=_ASKS)

    trace = _read(example, answer["extensions"]["ftv1"])
    assert answer["data"] == (await subgraph.ask(_LARGE))["data"]
    assert MOST_NODES <= _nodes(trace["root"]) <= MOST_NODES + 2
    assert trace["isIncomplete"]
    assert "isIncomplete" not in _read(example, (await subgraph.ask(_QUERY, headers=_ASKS))["extensions"]["ftv1"])


def _nodes(node: Any) -> int:
    return 1 + sum(_nodes(child) for child in node.get("child", ()))


async def test_what_comes_after_a_full_trace_is_not_even_looked_at() -> None:
    subgraph = Subgraph(limits=Limits(aliases=1_000))
    subgraph.shop.books["7"] = [invoice_of(ACCOUNT, str(number)) for number in range(100)]
    looked = 0

    def count(frame: FrameType, event: str, _arg: object) -> None:
        nonlocal looked
        looked += event == "call" and frame.f_code is Trace.resolve.__code__

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        await subgraph.ask(_LARGE, headers=_ASKS)
    finally:
        sys.setprofile(before)

    assert MOST_NODES - 200 < looked < MOST_NODES + 200


async def test_nobody_gets_one_unasked() -> None:
    assert "extensions" not in await Subgraph().ask(_QUERY)


async def test_callers_who_may_not_see_it_get_none() -> None:
    customer = Principal("somebody", (ViewerRole.CUSTOMER,), frozenset({"C-1"}))

    assert "extensions" not in await Subgraph(principal=customer).ask(_QUERY, headers=_ASKS)
