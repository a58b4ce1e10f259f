"""Shoxl, Open2b and seansworld over real sockets: the books as they are; under a fault an error, or the truth."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from types import ModuleType

import pytest

from resolvers.model.customer import Account, Secret
from resolvers.model.errors import SourceError
from resolvers.model.identity import account_id
from resolvers.model.invoice import Invoice, RoundingRule
from resolvers.model.requires import EVERYTHING
from resolvers.model.source import FindQuery, InvoiceList, InvoiceSource, ListQuery
from resolvers.quality import DataWarningCode, warnings_of
from resolvers.sources import open2b, seansworld, shoxl
from resolvers.transport.http import HttpTransport
from sandbox import books
from sandbox.faults import MEANING_KINDS, TRANSPORT_KINDS, Fault
from sandbox.server import Sandbox, running
from tests.sources.upstream import NOON, operation

CONNECTORS: dict[str, tuple[ModuleType, str]] = {
    "shop": (shoxl, "/Shoxl"),
    "webstore": (open2b, ""),
    "orders": (seansworld, ""),
}
ALL = frozenset({EVERYTHING})
COSTLY = {"hang", "gzip_bomb", "huge_body"}
NOT_TO_BE_SEEN = {("shop", "short_page"), ("orders", "empty_200")}
"""One page alone cannot tell that it is short; an empty answer is how seansworld says that there is no such invoice."""

FAULTS = [
    (source, kind)
    for source in CONNECTORS
    for kind in sorted((TRANSPORT_KINDS | MEANING_KINDS[source]) - COSTLY)
    if (source, kind) not in NOT_TO_BE_SEEN
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running() as sandbox:
        yield sandbox


@asynccontextmanager
async def connected(name: str, sandbox: Sandbox) -> AsyncIterator[InvoiceSource]:
    """One of the three sources, on its server in the sandbox."""
    connector, path = CONNECTORS[name]
    table = {
        "base_url": sandbox.url(name) + path,
        "time_zone": "Europe/Amsterdam",
        "timeout_seconds": 2,
        "retries": 0,
        "max_body_bytes": 1_000_000,
    }
    settings = connector.SETTINGS.model_validate(table)
    source: InvoiceSource = connector.build(name, settings, HttpTransport(name, settings), lambda: NOON)
    try:
        yield source
    finally:
        sandbox.board.faults.clear()
        sandbox.books.restore()
        await source.aclose()


def busy_accounts(sandbox: Sandbox, source: str, count: int) -> list[tuple[Account, list[books.Invoice]]]:
    """Accounts with some invoices, but no more than fit on a page."""
    found = [
        (of, invoices)
        for of in sandbox.books.accounts
        if of.source == source and 3 <= len(invoices := sandbox.books.of(source, of.key) or []) <= 15
    ]
    return [(_account(of), list(invoices)) for of, invoices in found[:count]]


def _account(of: books.Account) -> Account:
    return Account(
        id=account_id(of.source, of.key),
        source=of.source,
        key=of.key,
        customer_id=of.customer_id,
        secret=Secret(of.secret) if of.secret else None,
        context=tuple(of.context.items()),
    )


async def everything(source: InvoiceSource, of: Account, invoices: list[books.Invoice]) -> list[InvoiceList]:
    """The account's whole list, or each of its invoices by id where the source has no list."""
    if source.capabilities.lists_by_account:
        return [await source.list_invoices(ListQuery(account=of, fields=ALL), operation())]
    return [
        await source.find_invoices(FindQuery(account=of, fields=ALL, ids=(invoice.id,)), operation())
        for invoice in invoices
    ]


def told(answers: list[InvoiceList]) -> dict[str | None, Invoice]:
    return {invoice.number: invoice for answer in answers for invoice in answer.invoices}


@pytest.mark.parametrize("name", CONNECTORS)
async def test_the_books_are_read_as_they_are(name: str, sandbox: Sandbox) -> None:
    async with connected(name, sandbox) as source:
        for of, written in busy_accounts(sandbox, name, 10):
            answers = await everything(source, of, written)

            read = told(answers)
            assert {number: (i.total and i.total.amount, i.issue_date) for number, i in read.items()} == {
                invoice.number: (invoice.gross, invoice.issued) for invoice in written
            }
            assert [note for answer in answers for note in answer.notes] == []
            for invoice in written:
                lines = read[invoice.number].lines
                assert lines is None or len(lines) == len(invoice.lines)


async def test_by_whatever_rule_the_web_store_rounds_no_sum_of_its_documents_is_odd(sandbox: Sandbox) -> None:
    async with connected("webstore", sandbox) as source:
        accounts = busy_accounts(sandbox, "webstore", 100)
        read = [i for of, written in accounts for i in told(await everything(source, of, written)).values()]

    assert {i.rounding and i.rounding.rule for i in read} == {
        RoundingRule.PER_ITEM,
        RoundingRule.PER_LINE,
        RoundingRule.TOTAL,
    }
    assert {warning.code for i in read for warning in warnings_of(i)} <= {DataWarningCode.SCALE_EXCESS}


@pytest.mark.parametrize(("name", "kind"), FAULTS)
async def test_under_a_fault_there_is_an_error_or_the_truth(name: str, kind: str, sandbox: Sandbox) -> None:
    ((of, written),) = busy_accounts(sandbox, name, 1)
    sandbox.board.faults[name] = Fault(kind=kind, seconds=0.1)

    async with connected(name, sandbox) as source:
        try:
            answers = await everything(source, of, written)
        except SourceError:
            return

    read = told(answers)
    notes = [note for answer in answers for note in answer.notes]
    notes += [note for invoice in read.values() for note in invoice.notes]
    assert read.keys() == {invoice.number for invoice in written} or {
        "ACCOUNT_MISMATCH",
        "RECORD_COUNT_MISMATCH",
    } & {note.code for note in notes}
