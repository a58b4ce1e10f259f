"""What `extensions.explain` says of an operation is what the sources received."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sandbox.server import Sandbox

WEB_STORE_COUNT = '{ customer(id: "C-1042") { invoices(filter: { sources: ["webstore"] }) { totalCount } } }'
ALL_SOURCES = '{ customer(id: "C-1001") { invoices(first: 20) { nodes { number dueDate } } } }'


async def explained(gateway_url: str, query: str) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=gateway_url, timeout=30, trust_env=False) as client:
        reply = await client.post("/graphql", json={"query": query}, headers={"x-invoice-graph-explain": "1"})
    explain: dict[str, Any] = reply.json()["extensions"]["explain"]
    return explain


async def test_a_count_of_a_thousand_brings_one_row(gateway_url: str, sandbox: Sandbox) -> None:
    explain = await explained(gateway_url, WEB_STORE_COUNT)

    (call,) = explain["calls"]
    assert (call["fields"], call["rows"]) == (["id"], 1)
    assert [call.fields for call in sandbox.board.calls] == [["id"]]


@pytest.mark.parametrize("query", [WEB_STORE_COUNT, ALL_SOURCES])
async def test_every_call_is_explained(gateway_url: str, sandbox: Sandbox, query: str) -> None:
    explain = await explained(gateway_url, query)

    received = [call for call in sandbox.board.calls if call.operation != "Authenticate"]
    assert explain["upstreamCalls"] == len(received)
    assert sorted((call["source"], call["account"], call["ids"], call["page"]) for call in explain["calls"]) == sorted(
        (call.source, call.account, len(call.ids), call.page) for call in received
    )
