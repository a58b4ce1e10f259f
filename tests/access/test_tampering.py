"""Cursors and ids that were changed, swapped or made up: null or a clear mistake, no fault, and nobody else's row."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resolvers.cursor import read_cursor, write_cursor
from resolvers.keys import KeyRing
from resolvers.model.errors import BadUserInput
from resolvers.model.identity import account_id, invoice_id, parse_account_id, parse_invoice_id
from resolvers.order import SortKey
from resolvers.signature import Seal
from tests.access.conftest import Ask
from tests.access.provider import IdentityProvider
from tests.writing.conftest import OwnGateway

MINE, THEIRS = "C-1064", "C-1078"
MISTAKES = {"BAD_USER_INPUT", "QUERY_TOO_COMPLEX"}
OVER_SOCKETS = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
SEAL = Seal(KeyRing(["a key of these tests alone"]), "cursors")
TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet=st.characters(), min_size=1, max_size=5).map(lambda text: text * 3_000),
    st.binary(max_size=60).map(lambda content: urlsafe_b64encode(content).decode()),
    st.sampled_from(["", "=", "A" * 100_000, "\0", "\ud800", "é", "../..", "' OR 1=1 --", "null", "[]", "{}"]),
)
JSON = st.recursive(
    st.one_of(st.none(), st.integers(), st.text(max_size=5), st.sampled_from([1, "orders", "shop"])),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=6,
)
ENCODED = JSON.map(lambda content: urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode())


@st.composite
def changed(draw: st.DrawFn, text: str) -> str:
    """The text with a letter changed, left out or added, cut, or doubled."""
    place = draw(st.integers(0, len(text) - 1))
    letter = draw(st.sampled_from("ABZabz019-_.=+/ \n\0é"))
    return draw(
        st.sampled_from(
            [
                text[:place] + letter + text[place + 1 :],
                text[:place] + text[place + 1 :],
                text[:place] + letter + text[place:],
                text[:place],
                text + text,
            ]
        ).filter(lambda made: made != text)
    )


@pytest.fixture(scope="module")
def their_rows(guarded: OwnGateway, provider: IdentityProvider) -> list[str]:
    """Ids of theirs, and cursors of their list."""
    query = "query ($id: ID!) { customer(id: $id) { accounts { id } invoices { edges { cursor node { id } } } } }"
    reply = httpx.post(
        f"{guarded.url}/graphql",
        json={"query": query, "variables": {"id": THEIRS}},
        headers={"authorization": f"Bearer {provider.of_customers(THEIRS)}"},
        timeout=30,
        trust_env=False,
    )
    customer = reply.json()["data"]["customer"]
    edges = customer["invoices"]["edges"]
    return [edge["cursor"] for edge in edges[:3]] + [one["id"] for one in [*customer["accounts"], edges[0]["node"]]]


IDS = """query ($id: ID!, $number: String!) { customer(id: $id) { name } account(id: $id) { number }
  invoice(id: $id) { number } invoices(ids: [$id, $id]) { number }
  customerByAccount(source: "shop", number: $number) { name }
  other: customerByAccount(source: $number, number: "1") { name }
  _entities(representations: [{__typename: "Customer", id: $id}, {__typename: "Account", id: $id},
    {__typename: "Invoice", id: $id}]) { __typename } }"""


@OVER_SOCKETS
@given(data=st.data())
async def test_an_id_that_is_not_mine_is_null_whatever_it_holds(
    ask_as: Ask, provider: IdentityProvider, their_rows: list[str], data: st.DataObject
) -> None:
    swapped = st.sampled_from(their_rows)
    id_ = data.draw(st.one_of(TEXTS, ENCODED, swapped, swapped.flatmap(changed)).filter(lambda text: text != MINE))

    reply = await ask_as(provider.of_customers(MINE), IDS, id=id_, number=id_[:1_000])

    assert reply.status in (200, 400)
    assert set(reply.codes) <= MISTAKES
    found = (reply.body.get("data") or {}).values()
    assert [value for value in found if value not in (None, [None] * 2, [None] * 3)] == []
    assert reply.calls == []


CURSORS = """query ($mine: ID!, $after: String!) {
  customers(after: $after) { nodes { id } }
  viewer { customers(after: $after) { nodes { id } } }
  customer(id: $mine) { invoices(after: $after) { nodes { id } } accounts { invoices(after: $after) { nodes { id } } } }
}"""


@OVER_SOCKETS
@given(data=st.data())
async def test_a_cursor_that_is_not_of_my_list_is_a_mistake_whatever_it_holds(
    ask_as: Ask, provider: IdentityProvider, their_rows: list[str], data: st.DataObject
) -> None:
    swapped = st.sampled_from(their_rows)
    cursor = data.draw(st.one_of(TEXTS, ENCODED, swapped, swapped.flatmap(changed)).filter(bool))

    reply = await ask_as(provider.of_customers(MINE), CURSORS, mine=MINE, after=cursor)

    assert reply.status in (200, 400)
    assert set() < set(reply.codes) <= MISTAKES
    assert reply.calls == []
    assert not any(row in reply.text for row in their_rows)


@given(st.data())
def test_a_cursor_is_read_as_it_was_written_and_not_otherwise(data: st.DataObject) -> None:
    cursor = write_cursor(SEAL, "a list", SortKey("", "2026-11-20", "an id"), {}, {})

    assert read_cursor(SEAL, "a list", cursor).id == "an id"
    with pytest.raises(BadUserInput):
        read_cursor(SEAL, "a list", data.draw(changed(cursor)))


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_cursor_belongs_to_one_list(one: str, other: str) -> None:
    cursor = write_cursor(SEAL, one, SortKey("", "", ""), {}, {})

    if one != other:
        with pytest.raises(BadUserInput):
            read_cursor(SEAL, other, cursor)


@given(st.one_of(TEXTS, ENCODED))
def test_a_made_up_text_is_an_id_only_if_it_is_the_one_that_we_write(text: str) -> None:
    account, invoice = parse_account_id(text), parse_invoice_id(text)

    assert account is None or account_id(*account) == text
    assert invoice is None or invoice_id(*invoice) == text
