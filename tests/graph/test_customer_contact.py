"""A customer's name, e-mail and telephone number: the directory's without a call, else what a source's record says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from graph.context import Context, Limits
from graph.schema import build_schema
from resolvers.access import EVERYONE_IS_STAFF, Principal, ViewerRole
from resolvers.gateway import Gateway
from resolvers.keys import KeyRing
from resolvers.model.customer import Account
from resolvers.model.customer_record import CustomerRecord
from resolvers.model.errors import SourceTimeout
from resolvers.model.identity import account_id
from resolvers.model.operation import Operation, UpstreamCall
from tests.lists.register import Register
from tests.lists.shelf import Shelf

CUSTOMER = "C-1"
SCHEMA = build_schema()


@dataclass(slots=True)
class Cards:
    """A source's customers, in memory; None: it has none of that account."""

    name: str
    card: CustomerRecord | None = None
    fails: bool = False
    asked: list[str] = field(default_factory=list)

    async def fetch_customer(self, account: Account, operation: Operation) -> CustomerRecord | None:
        """The card."""
        operation.begin(UpstreamCall(source=self.name, operation="card", account=account.key))
        self.asked.append(account.key)
        await asyncio.sleep(0)
        if self.fails:
            raise SourceTimeout(self.name)
        return self.card


async def ask(query: str, *cards: Cards, principal: Principal = EVERYONE_IS_STAFF, budget: int = 500) -> Any:
    """The answer and the paths where it is incomplete."""
    accounts = [
        Account(id=account_id(card.name, "7"), source=card.name, key="7", customer_id=CUSTOMER) for card in cards
    ]
    gateway = Gateway(
        {card.name: Shelf(card.name) for card in cards},
        Register(accounts),
        KeyRing(["a key of the tests alone"]),
        customer_sources={card.name: card for card in cards},
    )
    operation = Operation.within(60, budget)
    context = Context(
        session=gateway.session(principal, operation),
        limits=Limits(),
        today=lambda: date(2026, 7, 1),
        document_link=_no_link,
    )
    result = await SCHEMA.execute(query, context_value=context)
    return result, context.incomplete


def _no_link(invoice_id: str, customer_id: str) -> str:
    raise AssertionError(f"nobody asked for the document of {invoice_id} of {customer_id}")


async def test_what_the_directory_knows_is_not_asked_for() -> None:
    cards = Cards("webstore", CustomerRecord(name="Another name"))

    result, incomplete = await ask('{ customer(id: "C-1") { id name accounts { id } } }', cards)

    assert result.data["customer"]["name"] == "Customer C-1"
    assert (cards.asked, incomplete) == ([], [])


async def test_what_the_directory_does_not_know_comes_from_the_first_record_that_says_it() -> None:
    silent = Cards("orders", CustomerRecord(phone="+39 02"))
    telling = Cards("webstore", CustomerRecord(email="holmes@inv-london.com", phone="+44 207"))

    result, incomplete = await ask('{ customer(id: "C-1") { email phone } }', silent, telling)

    assert (result.errors, result.data["customer"]) == (None, {"email": "holmes@inv-london.com", "phone": "+39 02"})
    assert incomplete == []


async def test_several_fields_aliases_and_addresses_ask_each_account_once() -> None:
    cards = Cards("webstore", CustomerRecord(email="holmes@inv-london.com"))
    query = '{ a: customer(id: "C-1") { email phone addresses { city } } b: customer(id: "C-1") { email } }'

    await ask(query, cards)

    assert cards.asked == ["7"]


async def test_a_source_that_fails_leaves_the_value_unknown_and_says_so() -> None:
    result, incomplete = await ask('{ customer(id: "C-1") { email } }', Cards("webstore", fails=True), Cards("orders"))

    assert (result.errors, result.data["customer"]) == (None, {"email": None})
    assert incomplete == [["customer", "email"]]


async def test_a_value_that_another_source_told_is_complete() -> None:
    telling = Cards("orders", CustomerRecord(email="holmes@inv-london.com"))

    result, incomplete = await ask('{ customer(id: "C-1") { email } }', Cards("webstore", fails=True), telling)

    assert (result.data["customer"], incomplete) == ({"email": "holmes@inv-london.com"}, [])


async def test_a_record_without_the_value_leaves_it_unknown() -> None:
    result, incomplete = await ask('{ customer(id: "C-1") { email phone } }', Cards("webstore", CustomerRecord()))

    assert (result.data["customer"], incomplete) == ({"email": None, "phone": None}, [])


@pytest.mark.parametrize("customer_ids", [frozenset[str](), frozenset({"C-2"})])
async def test_no_source_is_asked_about_somebody_elses_customer(customer_ids: frozenset[str]) -> None:
    cards = Cards("webstore", CustomerRecord(email="holmes@inv-london.com"))
    stranger = Principal("somebody", (ViewerRole.CUSTOMER,), customer_ids)

    result, _ = await ask('{ customer(id: "C-1") { email addresses { city } } }', cards, principal=stranger)

    assert (result.data, cards.asked) == ({"customer": None}, [])


async def test_records_are_taken_from_the_budget_of_calls() -> None:
    result, _ = await ask('{ customer(id: "C-1") { id email } }', Cards("webstore", CustomerRecord()), budget=0)

    assert result.data == {"customer": {"id": "C-1", "email": None}}
    assert [error.path for error in result.errors] == [["customer", "email"]]
