"""What an operation costs the directory: the real application in this process, each statement to its database heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from resolvers.sources import connectors
from sandbox.books import Books
from sandbox.server import Sandbox
from service.app import create_app
from service.settings.loading import load_settings
from service.wiring import build
from tests.conftest import Gateway

NOTING = "SELECT indexed_invoices.source, "  # beside the answer, and once for each invoice
LIST_SOURCES = ("association", "shop", "webstore", "wholesale")


@pytest.fixture
async def client(gateway: Gateway, sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    settings = load_settings(gateway.configuration, connectors(), gateway.environ)
    app = create_app(settings, build)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as it,
    ):
        yield it


@pytest.fixture
def statements(client: httpx.AsyncClient) -> Iterator[list[str]]:
    """The statements since the application started, by any engine of this process."""
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        heard.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    yield heard
    event.remove(Engine, "before_cursor_execute", hear)


async def ask(client: httpx.AsyncClient, query: str, **variables: object) -> Any:
    reply = await client.post("/graphql", json={"query": query, "variables": variables})
    body = reply.json()
    assert "errors" not in body, body["errors"]
    return body["data"]


async def test_fifty_customers_with_their_accounts_are_one_statement(
    client: httpx.AsyncClient, statements: list[str], books: Books
) -> None:
    data = await ask(client, "{ customers(first: 50) { nodes { id name accounts { number label } } } }")

    told = {
        node["id"]: sorted(account["number"] for account in node["accounts"]) for node in data["customers"]["nodes"]
    }
    assert told == {
        customer.id: sorted(account.number for account in books.accounts if account.customer_id == customer.id)
        for customer in books.customers[:50]
    }
    assert len(statements) == 1, statements


async def test_fifty_customers_with_their_invoices_are_one_statement_and_one_for_the_index(
    client: httpx.AsyncClient, statements: list[str]
) -> None:
    query = """{ customers(first: 50) { nodes {
        accounts { number customer { id } }
        invoices(first: 5) { nodes { number account { number } customer { name } } isComplete }
    } } }"""

    data = await ask(client, query)

    assert all(node["invoices"]["isComplete"] for node in data["customers"]["nodes"])
    assert sum(len(node["invoices"]["nodes"]) for node in data["customers"]["nodes"]) > 100
    assert len(statements) == 2, statements


async def test_sources_that_list_need_no_index(client: httpx.AsyncClient, statements: list[str]) -> None:
    query = """query ($sources: [String!]) { customers(first: 50) { nodes {
        invoices(first: 5, filter: { sources: $sources }) { nodes { number } isComplete }
    } } }"""

    data = await ask(client, query, sources=LIST_SOURCES)

    assert all(node["invoices"]["isComplete"] for node in data["customers"]["nodes"])
    assert len(statements) == 1, statements


async def test_fifty_customers_are_one_call_for_each_account_at_each_source_that_lists(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    query = "{ customers(first: 50) { nodes { invoices(first: 5) { nodes { number } isComplete } } } }"
    sandbox.board.calls.clear()

    await ask(client, query)

    fifty = {customer.id for customer in sandbox.books.customers[:50]}
    accounts = [account for account in sandbox.books.accounts if account.customer_id in fifty]
    calls = [call for call in sandbox.board.calls if call.operation != "Authenticate"]
    listed = Counter((call.source, call.account) for call in calls if call.source in LIST_SOURCES and not call.ids)
    assert listed == Counter((account.source, account.key) for account in accounts if account.source in LIST_SOURCES)


async def test_customers_by_many_aliases_are_one_statement_with_their_accounts(
    client: httpx.AsyncClient, statements: list[str]
) -> None:
    aliases = " ".join(
        f'c{number}: customer(id: "C-{number}") {{ name accounts {{ number }} }}' for number in range(1001, 1011)
    )

    data = await ask(client, f"{{ {aliases} }}")

    assert all(data[f"c{number}"]["name"] for number in range(1001, 1011))
    assert len(statements) == 1, statements


async def test_a_hundred_entities_are_one_statement(client: httpx.AsyncClient, statements: list[str]) -> None:
    query = "query ($all: [_Any!]!) { _entities(representations: $all) { ... on Customer { name } } }"
    wanted = [{"__typename": "Customer", "id": f"C-{number}"} for number in range(1001, 1101)]

    data = await ask(client, query, all=wanted)

    assert all(entity["name"] for entity in data["_entities"])
    assert len(statements) == 1, statements


async def test_invoices_by_id_are_one_statement_for_their_accounts_and_one_for_their_customers(
    client: httpx.AsyncClient, statements: list[str]
) -> None:
    query = "{ customers(first: 2) { nodes { invoices(first: 10) { nodes { id } } } } }"
    customers = (await ask(client, query))["customers"]["nodes"]
    ids = [invoice["id"] for customer in customers for invoice in customer["invoices"]["nodes"]]
    statements.clear()

    data = await ask(client, "query ($ids: [ID!]!) { invoices(ids: $ids) { customer { id } } }", ids=ids)

    assert Counter(invoice["customer"]["id"] for invoice in data["invoices"]) == {"C-1001": 10, "C-1002": 10}
    answering = [statement for statement in statements if not statement.startswith(NOTING)]
    assert len(answering) == 2, statements
