"""Documents over real sockets: the emulators' PDFs as they are; under a fault an error, never half of one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from resolvers.model.customer import Account
from resolvers.model.errors import SourceError, SourceProtocolError, SourceTimeout, SourceUnavailable
from resolvers.model.source import ListQuery
from resolvers.sources.kruitbosch.client import KruitboschSource
from resolvers.sources.kruitbosch.settings import KruitboschSettings
from resolvers.sources.shoxl.client import ShoxlSource
from resolvers.sources.shoxl.settings import ShoxlSettings
from resolvers.transport.http import HttpTransport
from sandbox.faults import Fault
from sandbox.kruitbosch import PASSWORD, USER
from sandbox.server import Sandbox
from tests.sources.upstream import NOON, account, operation

Source = ShoxlSource | KruitboschSource

BOTH = pytest.mark.parametrize("name", ["shop", "wholesale"])


@asynccontextmanager
async def connected(name: str, sandbox: Sandbox) -> AsyncIterator[Source]:
    source = _shop(sandbox) if name == "shop" else _wholesale(sandbox)
    try:
        yield source
    finally:
        await source.aclose()


def _shop(sandbox: Sandbox) -> ShoxlSource:
    settings = ShoxlSettings(base_url=f"{sandbox.url('shop')}/Shoxl", timeout_seconds=1)
    return ShoxlSource("shop", settings, HttpTransport("shop", settings), lambda: NOON)


def _wholesale(sandbox: Sandbox) -> KruitboschSource:
    table = {"base_url": sandbox.url("wholesale"), "username": USER, "password": PASSWORD, "operation": "overview"}
    settings = KruitboschSettings.model_validate(table | {"timeout_seconds": 1})
    return KruitboschSource("wholesale", settings, HttpTransport("wholesale", settings), lambda: NOON)


def of_c_1003(sandbox: Sandbox, name: str) -> Account:
    return next(
        account(name, of.key) for of in sandbox.books.accounts if (of.source, of.customer_id) == (name, "C-1003")
    )


async def document(source: Source, of: Account, number: str) -> bytes | None:
    found = await source.fetch_document(of, number, operation())
    return None if found is None else found.content


async def first_document(source: Source, sandbox: Sandbox, of: Account) -> tuple[str, bytes]:
    """Number and content of the first that an account has, its links known from then on."""
    await source.list_invoices(ListQuery(account=of, fields=frozenset()), operation())
    for invoice in sandbox.books.invoices[of.source, of.key]:
        if (whole := await document(source, of, invoice.number)) is not None:
            return invoice.number, whole
    raise LookupError(of.key)


@BOTH
async def test_the_documents_of_an_account_are_those_of_its_invoices(sandbox: Sandbox, name: str) -> None:
    of = of_c_1003(sandbox, name)
    written = sandbox.books.invoices[name, of.key]

    async with connected(name, sandbox) as source:
        found = {invoice.number: await document(source, of, invoice.number) for invoice in written}

    assert all(number.encode() in content for number, content in found.items() if content is not None)
    assert sum(content is not None for content in found.values()) >= len(written) * 2 // 3


@BOTH
async def test_an_unknown_invoice_has_no_document(sandbox: Sandbox, name: str) -> None:
    async with connected(name, sandbox) as source:
        assert await document(source, of_c_1003(sandbox, name), "no such number") is None


@BOTH
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("truncated", SourceProtocolError),
        ("truncated_wrong_length", SourceUnavailable),
        ("html_200", SourceProtocolError),
        ("empty_200", SourceProtocolError),
        ("gzip_bomb", SourceProtocolError),
        ("huge_body", SourceProtocolError),
        ("status_503", SourceUnavailable),
        ("reset", SourceUnavailable),
        ("hang", SourceTimeout),
    ],
)
async def test_a_broken_document_is_an_error_and_the_next_one_is_whole(
    sandbox: Sandbox, name: str, kind: str, expected: type[SourceError]
) -> None:
    of = of_c_1003(sandbox, name)
    async with connected(name, sandbox) as source:
        number, whole = await first_document(source, sandbox, of)
        sandbox.board.faults[name] = Fault(kind, times=1)

        with pytest.raises(expected):
            await document(source, of, number)

        assert await document(source, of, number) == whole


@BOTH
async def test_a_document_that_comes_as_any_file_is_known_by_its_bytes(sandbox: Sandbox, name: str) -> None:
    of = of_c_1003(sandbox, name)
    async with connected(name, sandbox) as source:
        number, whole = await first_document(source, sandbox, of)
        sandbox.board.faults[name] = Fault("wrong_content_type", times=1)

        assert await document(source, of, number) == whole
