"""Customers as Open2b and seansworld tell them, over real sockets: the books as they are; under a fault an error."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import ModuleType
from typing import Any, cast

import pytest

from resolvers.model.customer import Account, Secret
from resolvers.model.customer_record import CustomerSource
from resolvers.model.errors import SourceError
from resolvers.model.identity import account_id
from resolvers.model.invoice import ValueOrigin
from resolvers.model.source import InvoiceSource, ListQuery
from resolvers.sources import open2b, seansworld
from resolvers.transport.http import HttpTransport
from sandbox import books
from sandbox import open2b as emulated
from sandbox.faults import Fault
from sandbox.server import Sandbox
from tests.sources.upstream import NOON, operation

CONNECTORS: dict[str, ModuleType] = {"webstore": open2b, "orders": seansworld}
SAID = frozenset({"total", "locale"})


@asynccontextmanager
async def connected(name: str, sandbox: Sandbox, **settings: Any) -> AsyncIterator[InvoiceSource]:
    connector = CONNECTORS[name]
    read = connector.SETTINGS.model_validate({"base_url": sandbox.url(name), "retries": 0} | settings)
    source: InvoiceSource = connector.build(name, read, HttpTransport(name, read), lambda: NOON)
    try:
        yield source
    finally:
        await source.aclose()


def account(of: books.Account, secret: str) -> Account:
    id_ = account_id(of.source, of.key)
    return Account(id=id_, source=of.source, key=of.key, customer_id=of.customer_id, secret=Secret(secret))


def accounts(sandbox: Sandbox, name: str) -> list[books.Account]:
    return [of for of in sandbox.books.accounts if of.source == name]


def credentials(sandbox: Sandbox, of: books.Account) -> str:
    return json.dumps({"email": sandbox.books.customer(of).email, "password": emulated.password(of)})


@pytest.mark.parametrize("name", CONNECTORS)
async def test_every_customer_is_told_as_the_books_have_them(name: str, sandbox: Sandbox) -> None:
    async with connected(name, sandbox) as source:
        for of in accounts(sandbox, name):
            record = await cast("CustomerSource", source).fetch_customer(account(of, of.secret), operation())

            written = sandbox.books.customer(of).address
            assert record is not None
            told = record.addresses[0]
            assert (told.first_name, told.last_name, told.street1, told.city, told.postal_code, told.country_code) == (
                written.first_name,
                written.last_name,
                written.street1,
                written.city,
                written.postal_code,
                written.country,
            )


async def test_who_logs_in_has_the_same_invoices_as_who_has_the_key(sandbox: Sandbox) -> None:
    of = next(of for of in accounts(sandbox, "webstore") if 3 <= len(sandbox.books.of(of.source, of.key) or ()) <= 15)
    lists = []

    async with connected("webstore", sandbox) as source:
        for secret in (of.secret, credentials(sandbox, of)):
            query = ListQuery(account=account(of, secret), fields=SAID)
            lists.append((await source.list_invoices(query, operation())).invoices)

    assert lists[0] == lists[1] != []
    assert {(invoice.currency_code, invoice.currency_origin) for invoice in lists[0]} == {("EUR", ValueOrigin.DERIVED)}
    called = [call.operation.removeprefix("storefront.") for call in sandbox.board.calls]
    assert called == ["invoices", "store", "login", "invoices"]


@pytest.mark.parametrize("name", CONNECTORS)
@pytest.mark.parametrize("kind", ["truncated", "html_200", "status_500", "reset", "wrong_content_type"])
async def test_under_a_fault_there_is_an_error_or_the_whole_customer(name: str, kind: str, sandbox: Sandbox) -> None:
    of = accounts(sandbox, name)[0]

    async with connected(name, sandbox) as source:
        tells = cast("CustomerSource", source)
        whole = await tells.fetch_customer(account(of, of.secret), operation())
        sandbox.board.faults[name] = Fault(kind)
        try:
            under_fault = await tells.fetch_customer(account(of, of.secret), operation())
        except SourceError:
            return

    assert under_fault == whole
