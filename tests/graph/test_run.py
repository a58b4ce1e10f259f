"""What runs without the library's machinery for extensions answers as what runs with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from strawberry.extensions import SchemaExtension

from graph.context import Limits
from graph.http.endpoint import Endpoint, EndpointSettings
from graph.schema import Schema, build_schema
from tests.graph.asking import Anybody
from tests.http.serving import client, shop
from tests.lists.bench import Bench, bench_of
from tests.lists.shelf import Shelf, account_at, euros, invoice_of

_LIMITS = Limits(document_length=2_000, depth=6)
_CUSTOMER = 'customer(id: "C-1") { id invoices(first: 2) { nodes { number total { amount } } totalCount } }'


class Watching(SchemaExtension):
    """Does nothing, for which the library has to be asked."""


@pytest.fixture(scope="module")
def ours() -> Schema:
    return build_schema(_LIMITS)


@pytest.fixture(scope="module")
def librarys() -> Schema:
    schema = build_schema(_LIMITS)
    schema.extensions = (*schema.extensions, Watching)
    return schema


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "asked",
    [
        {"query": f"{{ {_CUSTOMER} }}"},
        {"query": "query A { __typename } query B { sources { name } }", "operationName": "B"},
        {"query": "query A { __typename } query B { sources { name } }"},
        {"query": "query A { __typename } mutation B { unknown }"},
        {"query": "mutation B { unknown } query A { __typename }"},
        {"query": "mutation B { unknown } query A { __typename }", "operationName": "A"},
        {"query": "query A { __typename }", "operationName": "C"},
        {"query": "fragment F on Query { __typename }"},
        {"query": "{ customer(id: 1.5) { unknown } }"},
        {"query": "{ customer(id: "},
        {"query": "query Q($id: ID!) { customer(id: $id) { id } }"},
        {"query": "query Q($id: ID!) { customer(id: $id) { id } }", "variables": {"id": [1]}},
        {"query": "query Q($id: ID!) { customer(id: $id) { id } }", "variables": {"id": "x" * 1_001}},
        {"query": '{ customer(id: "C-1") { invoices(first: 0) { nodes { id } } } }'},
        {"query": "mutation { unknown }"},
        {"query": 'mutation { createInvoice(input: {accountId: "a"}) { __typename } }'},
        {"query": "subscription { unknown }"},
        {"query": "{ __typename " + " " * 2_000 + "}"},
        {"query": f"{{ {_CUSTOMER} ... @defer {{ sources {{ name }} }} }}"},
        {"query": "{ customer(id: 1) { accounts { customer { accounts { customer { accounts { id } } } } } } }"},
        {"query": "{ " * 300},
    ],
    ids=lambda asked: str(asked)[:60],
)
async def test_an_operation_is_answered_as_by_the_library(
    ours: Schema, librarys: Schema, asked: dict[str, Any], method: str
) -> None:
    bench = shop()

    assert await _answer(bench, ours, asked, method) == await _answer(bench, librarys, asked, method)


async def _answer(bench: Bench, schema: Schema, asked: Mapping[str, Any], method: str) -> tuple[int, object]:
    settings = EndpointSettings(
        limits=_LIMITS, deadline_seconds=30, time_zone=ZoneInfo("UTC"), document_link=lambda invoice, customer: ""
    )
    endpoint = Endpoint(schema, bench.gateway, Anybody(), settings)
    async with client(endpoint) as asking:
        if method == "POST":
            reply = await asking.post("/", json=asked)
        else:
            told = {name: value if isinstance(value, str) else json.dumps(value) for name, value in asked.items()}
            reply = await asking.get("/", params=told, headers={"apollo-require-preflight": "true"})
    return reply.status_code, reply.json()


@pytest.mark.parametrize("order", [(False, True), (True, False)])
async def test_what_is_asked_of_sources_follows_each_requests_own_conditions(
    ours: Schema, librarys: Schema, order: tuple[bool, bool]
) -> None:
    text = """query Q($all: Boolean!) {
      customer(id: "C-1") { invoices { nodes { number total @include(if: $all) { amount } } } }
    }"""
    account = account_at("shop", "1")
    bench = bench_of(Shelf("shop", books={"1": [invoice_of(account, "7", total=euros("1.50"))]}))
    bench.register.all_accounts = [account]
    for is_all in order:
        asked = {"query": text, "variables": {"all": is_all}}
        status, answer = await _answer(bench, ours, asked, "POST")
        assert (status, answer) == await _answer(bench, librarys, asked, "POST")
        assert ("1.50" in json.dumps(answer)) is is_all
