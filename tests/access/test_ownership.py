"""What is another customer's, by every door: it looks as if it did not exist, and no source is asked for it.

Staff has asked for all of it before, so that caches hold what must not be given out.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from resolvers.model.identity import account_id, invoice_id
from sandbox.server import Sandbox
from tests.access.conftest import Ask
from tests.access.provider import IdentityProvider
from tests.writing.conftest import CREATE, DELETE, UPDATE, OwnGateway, draft

MINE, THEIRS = "C-1064", "C-1078"
SOURCES = ("association", "shop", "webstore", "orders", "wholesale")
ABSENT_CUSTOMER = "C-999999"
ALL = """query ($id: ID!) { customer(id: $id) {
  id name email accounts { id number source { name } }
  invoices(first: 100) { totalCount edges { cursor node { id number sourceInvoiceId documentUrl account { id } } } }
  balances { entries { currencyCode openInvoiceCount } } addresses { city }
} }"""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a customer has, as staff sees it."""

    customer: dict[str, Any]

    @property
    def accounts(self) -> dict[str, dict[str, Any]]:
        """Their accounts by source."""
        return {account["source"]["name"]: account for account in self.customer["accounts"]}

    @property
    def invoices(self) -> list[dict[str, Any]]:
        """Their invoices."""
        return [edge["node"] for edge in self.customer["invoices"]["edges"]]

    @property
    def cursor(self) -> str:
        """A cursor of their list."""
        cursor: str = self.customer["invoices"]["edges"][2]["cursor"]
        return cursor

    def invoice_at(self, source: str) -> dict[str, Any]:
        """One of their invoices at this source."""
        account = self.accounts[source]["id"]
        return next(invoice for invoice in self.invoices if invoice["account"]["id"] == account)


def holdings(guarded: OwnGateway, provider: IdentityProvider, customer_id: str) -> Holdings:
    asking = {"query": ALL, "variables": {"id": customer_id}}
    headers = {"authorization": f"Bearer {provider.of_staff()}"}
    reply = httpx.post(f"{guarded.url}/graphql", json=asking, headers=headers, timeout=30, trust_env=False)
    return Holdings(reply.json()["data"]["customer"])


@pytest.fixture(scope="module")
def theirs(guarded: OwnGateway, provider: IdentityProvider) -> Holdings:
    return holdings(guarded, provider, THEIRS)


@pytest.fixture(scope="module")
def mine(guarded: OwnGateway, provider: IdentityProvider) -> Holdings:
    return holdings(guarded, provider, MINE)


@pytest.fixture
def my_token(provider: IdentityProvider) -> str:
    return provider.of_customers(MINE)


@pytest.fixture(params=["customer", "service of one customer", "service without scopes", "nobody known"])
def stranger(request: pytest.FixtureRequest, provider: IdentityProvider) -> str:
    """A token of somebody who may not see THEIRS."""
    return {
        "customer": provider.of_customers(MINE),
        "service of one customer": provider.of_service("invoices:read invoices:write", customer_ids=MINE),
        "service without scopes": provider.of_service("openid"),
        "nobody known": provider.token(),
    }[request.param]


DOORS = {
    "customer": ("query ($id: ID!) { found: customer(id: $id) { id name invoices { totalCount } } }", "customer"),
    "account": ("query ($id: ID!) { found: account(id: $id) { id invoices { totalCount } } }", "account"),
    "invoice": ("query ($id: ID!) { found: invoice(id: $id) { id number customer { id } } }", "invoice"),
    "invoices": ("query ($id: ID!) { found: invoices(ids: [$id]) { id number } }", "invoice"),
    "_entities Customer": (
        'query ($id: ID!) { found: _entities(representations: [{__typename: "Customer", id: $id}]) '
        "{ ... on Customer { id email accounts { id } } } }",
        "customer",
    ),
    "_entities Account": (
        'query ($id: ID!) { found: _entities(representations: [{__typename: "Account", id: $id}]) '
        "{ ... on Account { id invoices { nodes { id } } } } }",
        "account",
    ),
    "_entities Invoice": (
        'query ($id: ID!) { found: _entities(representations: [{__typename: "Invoice", id: $id}]) '
        "{ ... on Invoice { id total { amount } } } }",
        "invoice",
    ),
    "customerByAccount": (
        'query ($id: String!) { found: customerByAccount(source: "SOURCE", number: $id) { id name } }',
        "number",
    ),
}


def keys_of(theirs: Holdings, kind: str, source: str) -> tuple[str, str]:
    """A key that names what is theirs, and one of the same shape that names nothing."""
    account = theirs.accounts[source]
    match kind:
        case "customer":
            return THEIRS, ABSENT_CUSTOMER
        case "account":
            return account["id"], account_id(source, "999999999")
        case "number":
            return account["number"], "999999999"
    return theirs.invoice_at(source)["id"], invoice_id(source, "999999999", "1")


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("door", DOORS)
async def test_what_is_theirs_looks_as_if_it_did_not_exist(
    ask_as: Ask, theirs: Holdings, stranger: str, door: str, source: str
) -> None:
    query, kind = DOORS[door]
    forbidden_key, absent_key = keys_of(theirs, kind, source)

    forbidden = await ask_as(stranger, query.replace("SOURCE", source), id=forbidden_key)
    absent = await ask_as(stranger, query.replace("SOURCE", source), id=absent_key)

    assert forbidden.data["found"] in (None, [None])
    assert (forbidden.status, forbidden.text) == (absent.status, absent.text)
    assert forbidden.calls == absent.calls == []


@pytest.mark.parametrize("door", DOORS)
async def test_the_same_doors_are_open_to_their_owner_staff_and_services(
    ask_as: Ask, theirs: Holdings, provider: IdentityProvider, door: str
) -> None:
    query, kind = DOORS[door]
    key, _ = keys_of(theirs, kind, "shop")
    tokens = [provider.of_customers("C-1", THEIRS), provider.of_staff(), provider.of_service("invoices:read")]

    replies = [await ask_as(token, query.replace("SOURCE", "shop"), id=key) for token in tokens]

    assert {reply.text for reply in replies} == {replies[0].text}
    assert replies[0].data["found"] not in (None, [None])


async def test_a_list_of_ids_holds_mine_and_hides_theirs(
    ask_as: Ask, theirs: Holdings, mine: Holdings, my_token: str
) -> None:
    ids = [theirs.invoices[0]["id"], mine.invoices[0]["id"], theirs.invoices[1]["id"]]

    reply = await ask_as(my_token, "query ($ids: [ID!]!) { invoices(ids: $ids) { id customer { id } } }", ids=ids)

    assert reply.data["invoices"] == [None, {"id": ids[1], "customer": {"id": MINE}}, None]


@pytest.mark.parametrize("source", SOURCES)
async def test_their_invoice_under_an_account_of_mine_is_not_found(
    ask_as: Ask, sandbox: Sandbox, theirs: Holdings, my_token: str, source: str
) -> None:
    my_key = next(one.key for one in sandbox.books.accounts if (one.customer_id, one.source) == (MINE, source))
    made_up = invoice_id(source, my_key, theirs.invoice_at(source)["sourceInvoiceId"])

    reply = await ask_as(my_token, "query ($id: ID!) { invoice(id: $id) { id number total { amount } } }", id=made_up)

    assert reply.data == {"invoice": None}
    assert "errors" not in reply.body


@pytest.mark.parametrize(
    "query",
    [
        'query ($after: String!) { customer(id: "MINE") { invoices(after: $after) { nodes { id } } } }',
        "query ($after: String!) { customers { nodes { invoices(after: $after) { nodes { id } } } } }",
        'query ($after: String!) { customer(id: "MINE") { accounts { invoices(after: $after) { nodes { id } } } } }',
        "query ($after: String!) { customers(after: $after) { nodes { id } } }",
    ],
)
async def test_a_cursor_of_their_list_opens_no_list_of_mine(
    ask_as: Ask, theirs: Holdings, my_token: str, query: str
) -> None:
    reply = await ask_as(my_token, query.replace("MINE", MINE), after=theirs.cursor)

    assert set(reply.codes) == {"BAD_USER_INPUT"}
    assert reply.calls == []
    assert theirs.invoices[0]["id"] not in reply.text


async def test_a_cursor_of_staff_shows_a_customer_their_own_customers_only(
    ask_as: Ask, provider: IdentityProvider, my_token: str
) -> None:
    query = "query ($after: String) { customers(first: 5, after: $after) { totalCount nodes { id } edges { cursor } } }"
    staff = await ask_as(provider.of_staff(), query)
    cursor = staff.data["customers"]["edges"][0]["cursor"]

    reply = await ask_as(my_token, query, after=cursor)

    assert reply.data["customers"]["nodes"] == [{"id": MINE}]
    assert reply.data["customers"]["totalCount"] == 1


@pytest.mark.parametrize("search", ["", "C-", THEIRS, "C-1078", "e", "@", "%", "_", "a"])
async def test_a_search_finds_and_counts_what_is_mine_only(
    ask_as: Ask, theirs: Holdings, my_token: str, search: str
) -> None:
    query = "query ($s: String) { customers(search: $s) { totalCount nodes { id } pageInfo { hasNextPage } } }"

    found = (await ask_as(my_token, query, s=search)).data["customers"]
    by_name = (await ask_as(my_token, query, s=theirs.customer["name"])).data["customers"]

    assert found["totalCount"] == len(found["nodes"]) <= 1
    assert {"id": THEIRS} not in found["nodes"]
    assert not found["pageInfo"]["hasNextPage"]
    assert by_name["totalCount"] == 0


async def test_a_viewer_sees_their_own_customers(ask_as: Ask, my_token: str, provider: IdentityProvider) -> None:
    query = "{ viewer { subject roles customers { totalCount nodes { id } } } }"

    mine = await ask_as(my_token, query)
    nobodys = await ask_as(provider.token(sub="mallory"), query)

    assert mine.data["viewer"] == {
        "subject": "someone",
        "roles": ["CUSTOMER"],
        "customers": {"totalCount": 1, "nodes": [{"id": MINE}]},
    }
    assert nobodys.data["viewer"] == {
        "subject": "mallory",
        "roles": ["ANONYMOUS"],
        "customers": {"totalCount": 0, "nodes": []},
    }


async def test_how_sources_do_is_for_staff_alone(ask_as: Ask, my_token: str, provider: IdentityProvider) -> None:
    query = """{ sources { health { state } } source(name: "shop") { name health { lastErrorCode } }
      _entities(representations: [{__typename: "Source", name: "shop"}]) { ... on Source { health { state } } } }"""

    reply = await ask_as(my_token, query)
    staff = await ask_as(provider.of_staff(), query)

    assert {source["health"] for source in reply.data["sources"]} == {None}
    assert (reply.data["source"], reply.data["_entities"]) == ({"name": "shop", "health": None}, [{"health": None}])
    assert staff.data["source"]["health"] is not None


async def test_a_customer_writes_nothing_not_even_their_own(
    ask_as: Ask, sandbox: Sandbox, mine: Holdings, my_token: str
) -> None:
    account = next(one for one in sandbox.books.accounts if (one.customer_id, one.source) == (MINE, "orders"))
    invoice = mine.invoice_at("orders")["id"]

    replies = [
        await ask_as(my_token, CREATE, input=draft(account)),
        await ask_as(my_token, UPDATE, input={"id": invoice, "instructions": "x"}),
        await ask_as(my_token, DELETE, input={"id": invoice}),
    ]

    assert [reply.codes for reply in replies] == [["FORBIDDEN"]] * 3
    assert [call for reply in replies for call in reply.calls] == []


@pytest.mark.parametrize("scope", ["invoices:read", "invoices:write", "invoices:read invoices:write"])
async def test_a_service_writes_only_with_the_scope_and_only_what_it_sees(
    ask_as: Ask, sandbox: Sandbox, theirs: Holdings, provider: IdentityProvider, scope: str
) -> None:
    token = provider.of_service(scope, customer_ids=[MINE])
    account = next(one for one in sandbox.books.accounts if (one.customer_id, one.source) == (THEIRS, "orders"))
    invoice = theirs.invoice_at("orders")["id"]

    replies = [
        await ask_as(token, CREATE, input=draft(account)),
        await ask_as(token, UPDATE, input={"id": invoice, "instructions": "x"}),
        await ask_as(token, DELETE, input={"id": invoice}),
    ]

    told = [
        reply.codes or [error["code"] for payload in reply.data.values() for error in payload["userErrors"]]
        for reply in replies
    ]
    assert told == [["NOT_FOUND" if "write" in scope else "FORBIDDEN"]] * 3
    assert [call for reply in replies for call in reply.calls] == []


@pytest.fixture
def link(theirs: Holdings) -> str:
    """A link to a document of theirs, as its path."""
    url: str = next(invoice["documentUrl"] for invoice in theirs.invoices if invoice["documentUrl"])
    return urlsplit(url).path


async def test_a_link_opens_for_a_browser_and_for_who_may_see_the_invoice(
    client: httpx.AsyncClient, link: str, provider: IdentityProvider
) -> None:
    browser = await client.get(link)
    owner = await client.get(link, headers={"authorization": f"Bearer {provider.of_customers(THEIRS)}"})

    assert browser.content.startswith(b"%PDF-")
    assert (browser.status_code, owner.status_code, owner.content) == (200, 200, browser.content)


async def test_a_link_opens_for_no_other_customer_and_asks_no_source(
    client: httpx.AsyncClient, sandbox: Sandbox, link: str, stranger: str
) -> None:
    sandbox.board.calls.clear()

    reply = await client.get(link, headers={"authorization": f"Bearer {stranger}"})
    nowhere = await client.get("/documents/made-up", headers={"authorization": f"Bearer {stranger}"})

    def said(reply: httpx.Response) -> Any:
        return reply.status_code, reply.json()["errors"]

    assert said(reply) == said(nowhere)
    assert reply.status_code == 404
    assert sandbox.board.calls == []


async def test_a_link_with_a_bad_token_opens_for_nobody(client: httpx.AsyncClient, link: str) -> None:
    reply = await client.get(link, headers={"authorization": "Bearer x.y.z"})

    assert (reply.status_code, reply.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert reply.headers["www-authenticate"].startswith("Bearer ")


async def test_an_explanation_is_not_for_customers(client: httpx.AsyncClient, my_token: str) -> None:
    headers = {
        "authorization": f"Bearer {my_token}",
        "x-invoice-graph-explain": "1",
        "apollo-federation-include-trace": "ftv1",
    }

    reply = await client.post("/graphql", json={"query": "{ customers { nodes { id } } }"}, headers=headers)

    assert "explain" not in reply.text
    assert "ftv1" not in reply.text


async def test_customers_who_ask_the_same_at_once_get_each_their_own(
    ask_as: Ask, sandbox: Sandbox, provider: IdentityProvider
) -> None:
    """Twelve customers, each asking for the same ids, lists and cursors as all the others, in one breath."""
    ids = [customer.id for customer in sandbox.books.customers[3:15]]
    query = (
        "query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on Customer { id invoices(first: 9) "
        "{ totalCount nodes { id customer { id } } } } } customers { totalCount nodes { id } } }"
    )
    representations = [{"__typename": "Customer", "id": id_} for id_ in ids]

    replies = await asyncio.gather(*(ask_as(provider.of_customers(id_), query, ids=representations) for id_ in ids * 2))

    for id_, reply in zip(ids * 2, replies, strict=True):
        seen = [entity for entity in reply.data["_entities"] if entity is not None]
        assert [entity["id"] for entity in seen] == [id_]
        assert {node["customer"]["id"] for node in seen[0]["invoices"]["nodes"]} <= {id_}
        assert reply.data["customers"] == {"totalCount": 1, "nodes": [{"id": id_}]}


async def test_two_who_may_see_one_account_share_what_is_kept_of_it(
    ask_as: Ask, theirs: Holdings, provider: IdentityProvider
) -> None:
    query, _ = DOORS["account"]
    id_ = theirs.accounts["shop"]["id"]
    first = await ask_as(provider.of_customers(THEIRS), query, id=id_)

    second = await ask_as(provider.of_staff(), query, id=id_)

    assert first.text == second.text
    assert second.calls == []
