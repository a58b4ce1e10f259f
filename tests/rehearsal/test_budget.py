"""A budget of upstream calls is known to be too small before the first of them goes out."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from resolvers.sources import connectors
from sandbox.server import Sandbox
from service.settings import load_settings
from service.wiring import build
from tests.conftest import Gateway

EVERYBODY = "{ customers(first: 100) { nodes { id invoices(first: 5) { nodes { number } } } } }"
RECORDS = "{ customers(first: 100) { nodes { addresses { formatted } } } }"
TEN = "{ customers(first: 4) { nodes { id invoices(first: 5) { nodes { number } } } } }"


@pytest.fixture
async def frugal(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a gateway whose operations may make 50 upstream calls."""
    environ = gateway.environ | {"INVOICE_GRAPH__LIMITS__UPSTREAM_CALLS": "50"}
    settings = load_settings(gateway.configuration, connectors(), environ)
    async with (
        build(settings) as parts,
        httpx.AsyncClient(transport=httpx.ASGITransport(parts.graphql), base_url="http://graph.test") as client,
    ):
        yield client


@pytest.mark.parametrize("query", [EVERYBODY, RECORDS])
async def test_a_batch_beyond_the_budget_makes_no_call_at_all(
    frugal: httpx.AsyncClient, sandbox: Sandbox, query: str
) -> None:
    reply = await frugal.post("/", json={"query": query})

    assert {error["extensions"]["code"] for error in reply.json()["errors"]} == {"CALL_BUDGET_EXCEEDED"}
    assert sandbox.board.calls == []


async def test_what_fits_into_the_budget_is_answered(frugal: httpx.AsyncClient, sandbox: Sandbox) -> None:
    reply = await frugal.post("/", json={"query": TEN})

    assert "errors" not in reply.json()
    assert 0 < len([call for call in sandbox.board.calls if call.operation != "Authenticate"]) <= 50


async def test_the_plan_of_what_exceeds_the_budget_says_so(frugal: httpx.AsyncClient, sandbox: Sandbox) -> None:
    reply = await frugal.post("/", json={"query": EVERYBODY}, headers={"x-invoice-graph-explain": "plan"})

    assert {error["extensions"]["code"] for error in reply.json()["errors"]} == {"CALL_BUDGET_EXCEEDED"}
    assert reply.json()["extensions"]["explain"]["callBudget"] == 50
    assert sandbox.board.calls == []
