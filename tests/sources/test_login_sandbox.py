"""netFORUM and Kruitbosch against their emulators, over real sockets and our own engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from resolvers.model.errors import SourceError, SourceProtocolError, SourceUnavailable
from resolvers.model.invoice import Invoice
from resolvers.model.source import InvoiceSource
from resolvers.sources import kruitbosch, netforum
from resolvers.transport.http import HttpTransport
from sandbox.faults import Fault
from sandbox.server import Sandbox, running
from tests.sources.upstream import Clock, account, listing, operation

KINDS = {
    "association": (netforum, {"username": "xweb", "path": "/xweb", "currency": "USD"}),
    "wholesale": (kruitbosch, {"username": "webservice", "path": ""}),
}
BOTH = pytest.mark.parametrize("name", KINDS)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running() as started:
        yield started


@pytest.fixture(autouse=True)
def _in_good_order(sandbox: Sandbox) -> Iterator[None]:
    yield
    sandbox.board.faults.clear()


@asynccontextmanager
async def connected(sandbox: Sandbox, name: str) -> AsyncIterator[InvoiceSource]:
    module, given = KINDS[name]
    table = {key: value for key, value in given.items() if key != "path"}
    settings = module.SETTINGS.model_validate(
        {"base_url": sandbox.url(name) + given["path"], "password": "sandbox", **table}
    )
    source = module.build(name, settings, HttpTransport(name, settings), Clock())
    try:
        yield source
    finally:
        await source.aclose()


def keys_of(sandbox: Sandbox, name: str, customer_id: str) -> list[str]:
    return [
        account.key
        for account in sandbox.books.accounts
        if (account.source, account.customer_id) == (name, customer_id)
    ]


@BOTH
async def test_awkward_values_arrive_untouched(sandbox: Sandbox, name: str) -> None:
    (key,) = keys_of(sandbox, name, "C-1003")

    async with connected(sandbox, name) as source:
        listed = await source.list_invoices(listing(account(name, key)), operation())

    invoices = {invoice.number: invoice for invoice in listed.invoices}
    assert _total(invoices["0070145"]) == "600.00"
    assert _total(invoices["0070146"]) == "12345678901234567.89"


@BOTH
async def test_every_account_is_listed_with_all_that_the_books_hold_open(sandbox: Sandbox, name: str) -> None:
    keys = [account.key for account in sandbox.books.accounts if account.source == name][:40]

    async with connected(sandbox, name) as source:
        lists = await asyncio.gather(*(source.list_invoices(listing(account(name, key)), operation()) for key in keys))

    for key, listed in zip(keys, lists, strict=True):
        assert listed.notes == []
        assert len(listed.invoices) == listed.row_count
        known = {invoice.number for invoice in sandbox.books.invoices[name, key]}
        assert {invoice.number for invoice in listed.invoices} <= known
    assert sum(len(listed.invoices) for listed in lists) > 100


@BOTH
async def test_an_expired_credential_is_renewed_unseen(sandbox: Sandbox, name: str) -> None:
    (key,) = keys_of(sandbox, name, "C-1003")
    made = operation()

    async with connected(sandbox, name) as source:
        whole = await source.list_invoices(listing(account(name, key)), operation())
        sandbox.board.faults[name] = Fault("expired_token", times=1)
        again = await source.list_invoices(listing(account(name, key)), made)

    assert [invoice.id for invoice in again.invoices] == [invoice.id for invoice in whole.invoices]
    assert [call.operation for call in made.calls][1:] == ["Authenticate"]
    assert made.calls[0].attempts == 2


@BOTH
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("truncated", SourceProtocolError),
        ("truncated_wrong_length", SourceUnavailable),
        ("html_200", SourceProtocolError),
        ("empty_200", SourceProtocolError),
        ("wrong_content_type", SourceProtocolError),
        ("reset", SourceUnavailable),
        ("status_500", SourceUnavailable),
    ],
)
async def test_a_broken_answer_is_an_error_and_the_next_one_is_whole(
    sandbox: Sandbox, name: str, kind: str, expected: type[SourceError]
) -> None:
    (key,) = keys_of(sandbox, name, "C-1003")

    async with connected(sandbox, name) as source:
        whole = await source.list_invoices(listing(account(name, key)), operation())
        sandbox.board.faults[name] = Fault(kind, times=3)
        with pytest.raises(expected):
            await source.list_invoices(listing(account(name, key)), operation())
        sandbox.board.faults.clear()
        again = await source.list_invoices(listing(account(name, key)), operation())

    assert [invoice.id for invoice in again.invoices] == [invoice.id for invoice in whole.invoices]


@BOTH
async def test_repeated_rows_are_each_one_invoice(sandbox: Sandbox, name: str) -> None:
    (key,) = keys_of(sandbox, name, "C-1003")
    sandbox.board.faults[name] = Fault("duplicate_rows")

    async with connected(sandbox, name) as source:
        listed = await source.list_invoices(listing(account(name, key)), operation())

    assert len({invoice.id for invoice in listed.invoices}) == len(listed.invoices) < (listed.row_count or 0)


async def test_a_foreign_row_is_dropped_and_counted(sandbox: Sandbox) -> None:
    (key,) = keys_of(sandbox, "wholesale", "C-1003")
    sandbox.board.faults["wholesale"] = Fault("foreign_row")

    async with connected(sandbox, "wholesale") as source:
        listed = await source.list_invoices(listing(account("wholesale", key)), operation())

    assert {invoice.customer_number for invoice in listed.invoices} == {key}
    assert [(note.code, note.actual) for note in listed.notes] == [("ACCOUNT_MISMATCH", "1")]


def _total(invoice: Invoice) -> str:
    return str(invoice.total and invoice.total.amount)
