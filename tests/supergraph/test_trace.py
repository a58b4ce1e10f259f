"""Apollo's inline trace, read by Apollo's own package."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from resolvers.access import Principal, ViewerRole
from resolvers.model.errors import SourceTimeout
from tests.supergraph.in_memory import INVOICE, Subgraph

_ASKS = {"apollo-federation-include-trace": "ftv1"}
_QUERY = f"""{{
  mine: customer(id: "C-1") {{ invoices(first: 1) {{ nodes {{ number }} }} }}
  invoice(id: "{INVOICE.id}") {{ number }}
}}"""
_READ = """
import protobuf from '@apollo/usage-reporting-protobuf';
const trace = protobuf.Trace.decode(Buffer.from(process.argv[1], 'base64'));
console.log(JSON.stringify(protobuf.Trace.toObject(trace, { longs: Number })));
"""


def _read(example: Path, ftv1: str) -> Any:
    command = ["node", "--input-type=module", "-e", _READ, ftv1]
    return json.loads(subprocess.run(command, cwd=example, check=True, capture_output=True, text=True).stdout)


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


async def test_nobody_gets_one_unasked() -> None:
    assert "extensions" not in await Subgraph().ask(_QUERY)


async def test_callers_who_may_not_see_it_get_none() -> None:
    customer = Principal("somebody", (ViewerRole.CUSTOMER,), frozenset({"C-1"}))

    assert "extensions" not in await Subgraph(principal=customer).ask(_QUERY, headers=_ASKS)
