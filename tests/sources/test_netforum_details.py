"""netFORUM's lines and addresses on its emulator, over both protocols and by both ways; and what they cost."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from math import ceil

import pytest
from pydantic import ValidationError

from resolvers.filter import EVERY_INVOICE
from resolvers.lists.slice import Need
from resolvers.lists.whole import WholeList
from resolvers.model.customer import Account
from resolvers.model.errors import SourceProtocolError, SourceRejected
from resolvers.model.invoice import Invoice, InvoiceStatus, Note, PaymentStatus
from resolvers.model.requires import EVERYTHING
from resolvers.model.source import FindQuery, InvoiceList
from resolvers.order import NEWEST_FIRST
from resolvers.sources import netforum
from resolvers.sources.netforum.capabilities import capabilities_of
from resolvers.sources.netforum.client import NetforumSource
from resolvers.sources.netforum.keys import any_of
from resolvers.transport.http import HttpTransport
from sandbox import books
from sandbox.billing import next_invoice
from sandbox.faults import Fault
from sandbox.server import Sandbox, running
from tests.quality.invoices import codes, money
from tests.sources.upstream import Clock, account, listing, operation

WAYS = [(protocol, details) for protocol in ("soap", "json") for details in ("invoice", "query")]
EACH_WAY = pytest.mark.parametrize(("protocol", "details"), WAYS)
BY_QUERY = pytest.mark.parametrize("protocol", ["soap", "json"])
EVERY_FIELD = frozenset({EVERYTHING})
LINES = frozenset({"lines", "lines.name"})
HEADER = frozenset({"number", "total", "amountDue"})
NOBODY = "0f0f0f0f-0f0f-4f0f-8f0f-0f0f0f0f0f0f"


@pytest.fixture(scope="module")
def running_sandbox() -> Iterator[Sandbox]:
    with running() as started:
        yield started


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Iterator[Sandbox]:
    yield running_sandbox
    running_sandbox.board.reset()
    running_sandbox.books.restore()


@asynccontextmanager
async def connected(sandbox: Sandbox, protocol: str, details: str, **settings: object) -> AsyncIterator[NetforumSource]:
    """The source, logged in; the record of calls is empty."""
    table = {
        "base_url": f"{sandbox.url('association')}/xWeb",
        "username": "xweb",
        "password": "sandbox",
        "currency": "USD",
        "retries": 0,
        "protocol": protocol,
        "details": details,
        **settings,
    }
    read = netforum.SETTINGS.model_validate(table)
    source = NetforumSource("association", read, HttpTransport("association", read), Clock())
    try:
        await source.list_invoices(listing(account("association", NOBODY)), operation())
        sandbox.board.calls.clear()
        yield source
    finally:
        await source.aclose()


def subject(sandbox: Sandbox, fewest: int = 5) -> tuple[Account, list[books.Invoice]]:
    """An account with so many open invoices with lines, and all of its invoices, paid ones too."""
    for of in sandbox.books.accounts:
        invoices = list(sandbox.books.of(of.source, of.key) or []) if of.source == "association" else []
        if len(open_ones(invoices)) >= fewest and all(invoice.lines for invoice in invoices):
            return account("association", of.key), invoices
    raise LookupError("no such account")


def open_ones(invoices: list[books.Invoice]) -> list[books.Invoice]:
    return [invoice for invoice in invoices if invoice.balance]


def with_charges(sandbox: Sandbox) -> tuple[Account, books.Invoice]:
    """An account with a new invoice that has shipping and a discount."""
    of, _ = subject(sandbox)
    plain = next_invoice(sandbox.books, "association", of.key)
    shipping, discount = Decimal("7.50"), Decimal("2.25")
    charged = replace(plain, shipping=shipping, discount=discount, gross=plain.gross + shipping - discount)
    sandbox.books.issue(charged)
    return of, charged


async def found(
    source: NetforumSource, of: Account, ids: list[str], fields: frozenset[str] = EVERY_FIELD
) -> list[InvoiceList]:
    """The answers to as few calls as the source allows."""
    most = source.capabilities.ids_per_call
    batches = [tuple(ids[start : start + most]) for start in range(0, len(ids), most)]
    return [
        await source.find_invoices(FindQuery(account=of, fields=fields, ids=batch), operation()) for batch in batches
    ]


def told(answers: list[InvoiceList]) -> dict[str, Invoice]:
    return {invoice.source_invoice_id: invoice for answer in answers for invoice in answer.invoices}


def _said(invoice: Invoice) -> list[tuple[str | None, str | None, Decimal | None, Decimal | None, Decimal | None]]:
    return [
        (
            line.sku,
            line.name,
            line.quantity,
            line.unit_price.net.amount if line.unit_price and line.unit_price.net else None,
            line.total.net.amount if line.total and line.total.net else None,
        )
        for line in invoice.lines or []
    ]


@EACH_WAY
async def test_lines_totals_and_amounts_are_those_of_the_books_and_voided_or_deleted_rows_are_none(
    sandbox: Sandbox, protocol: str, details: str
) -> None:
    of, written = subject(sandbox)

    async with connected(sandbox, protocol, details) as source:
        answers = await found(source, of, [invoice.id for invoice in written])

    read = told(answers)
    assert [note for answer in answers for note in answer.notes] == []
    assert read.keys() == {invoice.id for invoice in written}
    for invoice in written:
        mine = read[invoice.id]
        assert _said(mine) == [
            (line.sku, line.name, line.quantity, line.price, line.quantity * line.price) for line in invoice.lines
        ]
        assert mine.totals is not None
        assert mine.totals.lines is not None
        assert mine.totals.lines.net is not None
        assert mine.totals.lines.net.amount == invoice.net
        assert mine.totals.tax is not None
        assert (mine.totals.tax.amount, mine.taxes) == (invoice.tax, [])
        assert mine.total is not None
        assert mine.total.amount == invoice.gross
        assert (mine.number, mine.issue_date) == (invoice.number, invoice.issued)


@EACH_WAY
async def test_an_invoice_that_the_open_list_no_longer_tells_is_found_and_closed(
    sandbox: Sandbox, protocol: str, details: str
) -> None:
    of, written = subject(sandbox)
    paid = next(invoice for invoice in written if not invoice.balance)

    async with connected(sandbox, protocol, details) as source:
        (answer,) = await found(source, of, [paid.id])

    (invoice,) = answer.invoices
    assert (invoice.status, invoice.payment_status) == (InvoiceStatus.CLOSED, PaymentStatus.PAID)
    assert invoice.amount_paid is not None
    assert invoice.amount_paid.amount == paid.paid
    assert {"amountPaid", "paymentStatus", "totals.lines"} <= set(invoice.provenance.derived_fields)


@EACH_WAY
async def test_the_customer_and_the_billing_address_are_those_of_the_books(
    sandbox: Sandbox, protocol: str, details: str
) -> None:
    of, written = subject(sandbox)
    known = sandbox.books.account("association", of.key)
    assert known is not None
    customer = sandbox.books.customer(known)

    async with connected(sandbox, protocol, details) as source:
        (answer,) = await found(source, of, [written[0].id])

    (invoice,) = answer.invoices
    assert (invoice.customer_number, invoice.customer_name) == (known.number, customer.name)
    address = invoice.billing_address
    assert address is not None
    assert (address.street1, address.city, address.postal_code) == (
        customer.address.street1,
        customer.address.city,
        customer.address.postal_code,
    )
    assert (address.region or "", address.country_code) == (customer.address.region, customer.address.country)
    shipped_to = invoice.shipping_address
    assert (shipped_to.name if shipped_to else None) == (customer.name if details == "invoice" else None)


@EACH_WAY
async def test_an_invoice_of_another_customer_is_dropped_and_counted(
    sandbox: Sandbox, protocol: str, details: str
) -> None:
    of, written = subject(sandbox)
    other = next(
        invoice
        for (source, key), invoices in sandbox.books.invoices.items()
        if source == "association" and key != of.key
        for invoice in invoices
    )

    async with connected(sandbox, protocol, details) as source:
        (answer,) = await found(source, of, [other.id])
        sandbox.board.faults["association"] = Fault("foreign_row", times=1)
        (mixed,) = await found(source, of, [written[0].id])

    assert (answer.invoices, answer.notes) == ([], [Note("ACCOUNT_MISMATCH", actual="1")])
    assert {invoice.source_invoice_id for invoice in mixed.invoices} <= {written[0].id}
    assert Note("ACCOUNT_MISMATCH", actual="1") in mixed.notes


@EACH_WAY
async def test_an_id_that_is_no_guid_is_absent_and_never_sent(sandbox: Sandbox, protocol: str, details: str) -> None:
    of, _ = subject(sandbox)

    async with connected(sandbox, protocol, details) as source:
        answers = await found(source, of, ["70145", "x') OR ('1'='1", "", f"{NOBODY}'"])

    assert told(answers) == {}
    assert sandbox.board.calls == []


@EACH_WAY
async def test_an_unknown_invoice_is_absent(sandbox: Sandbox, protocol: str, details: str) -> None:
    of, _ = subject(sandbox)

    async with connected(sandbox, protocol, details) as source:
        (answer,) = await found(source, of, [NOBODY])

    assert (answer.invoices, answer.notes) == ([], [])


@EACH_WAY
async def test_a_list_of_header_fields_is_one_call(sandbox: Sandbox, protocol: str, details: str) -> None:
    of, written = subject(sandbox)

    async with connected(sandbox, protocol, details) as source:
        page = await WholeList(source, of, operation()).read(
            Need(filter=EVERY_INVOICE, order=NEWEST_FIRST, fields=HEADER)
        )

    assert len(page.invoices) == len(open_ones(written))
    assert page.bare == frozenset()
    assert [call.operation for call in sandbox.board.calls] == ["WEBCentralizedShoppingCartOpenInvoiceGetList"]


@EACH_WAY
async def test_the_lines_of_a_page_cost_a_call_an_invoice_or_a_call_a_batch(
    sandbox: Sandbox, protocol: str, details: str
) -> None:
    of, written = subject(sandbox)
    batch = 3
    ids = {invoice.id for invoice in open_ones(written)}

    async with connected(sandbox, protocol, details, ids_per_query=batch) as source:
        whole = WholeList(source, of, operation())
        page = await whole.read(Need(filter=EVERY_INVOICE, order=NEWEST_FIRST, fields=LINES))
        bodies = await whole.find(page.bare, LINES)

    assert page.bare == ids
    assert {invoice.source_invoice_id for invoice in bodies.invoices if invoice.lines} == ids
    assert {invoice.status for invoice in bodies.invoices} == {InvoiceStatus.OPEN}
    calls = len(ids) if details == "invoice" else ceil(len(ids) / batch)
    assert len(sandbox.board.calls) == 1 + calls


@BY_QUERY
async def test_a_query_asks_for_the_columns_that_are_wanted_and_no_others(sandbox: Sandbox, protocol: str) -> None:
    of, written = subject(sandbox)
    ids = [invoice.id for invoice in written[:2]]

    async with connected(sandbox, protocol, "query") as source:
        await found(source, of, ids, frozenset({"billingAddress", "billingAddress.city"}))
        await found(source, of, ids, LINES)

    address, lines = (set(call.fields) for call in sandbox.board.calls)
    assert {"inv_key", "inv_cst_key", "adr_city"} <= address
    assert not {name for name in address if name.startswith(("ivd_", "prd_", "cst_"))}
    assert {"inv_key", "inv_cst_key", "ivd_qty", "prd_name"} <= lines
    assert not {name for name in lines if name.startswith(("adr_", "cst_"))}


@BY_QUERY
async def test_a_column_that_the_tenant_does_not_grant_is_not_asked_for_and_not_promised(
    sandbox: Sandbox, protocol: str
) -> None:
    of, written = subject(sandbox)

    async with connected(sandbox, protocol, "query", query_without=["ivd_tax"]) as source:
        (answer,) = await found(source, of, [written[0].id])

    assert not {"taxes", "totals.tax", "lines.tax.amount"} & source.capabilities.fields
    assert "ivd_tax" not in sandbox.board.calls[0].fields
    (invoice,) = answer.invoices
    assert invoice.taxes is None
    assert {line.tax for line in invoice.lines or []} == {None}


@EACH_WAY
async def test_an_invoice_with_shipping_and_a_discount_adds_up(sandbox: Sandbox, protocol: str, details: str) -> None:
    of, charged = with_charges(sandbox)

    async with connected(sandbox, protocol, details) as source:
        (answer,) = await found(source, of, [charged.id])

    (invoice,) = answer.invoices
    assert invoice.totals is not None
    assert (invoice.totals.shipping, invoice.totals.discount) == (money("7.50", "USD"), money("2.25", "USD"))
    assert codes(invoice) == ["CURRENCY_ASSUMED"]


@BY_QUERY
@pytest.mark.parametrize(
    ("column", "path"), [("ivd_shipping", "totals.shipping"), ("ivd_discountamount", "totals.discount")]
)
async def test_without_a_column_of_charges_nobody_says_that_the_total_is_wrong(
    sandbox: Sandbox, protocol: str, column: str, path: str
) -> None:
    of, charged = with_charges(sandbox)

    async with connected(sandbox, protocol, "query", query_without=[column]) as source:
        (answer,) = await found(source, of, [charged.id])

    assert path not in source.capabilities.fields
    assert codes(answer.invoices[0]) == ["CURRENCY_ASSUMED"]


@BY_QUERY
async def test_invoices_without_lines_cost_one_call_more_and_have_none(sandbox: Sandbox, protocol: str) -> None:
    of, empty = next(
        (account("association", key), [invoice for invoice in invoices if not invoice.lines])
        for (source, key), invoices in sandbox.books.invoices.items()
        if source == "association" and any(not invoice.lines for invoice in invoices)
    )

    async with connected(sandbox, protocol, "query") as source:
        (answer,) = await found(source, of, [invoice.id for invoice in empty])

    assert len(answer.invoices) == len(empty)
    assert {(invoice.lines, invoice.totals) for invoice in answer.invoices} == {(None, None)}
    assert len(sandbox.board.calls) == 2


@BY_QUERY
async def test_a_query_that_brings_fewer_rows_than_it_counts_is_an_error_for_lines_would_be_lost(
    sandbox: Sandbox, protocol: str
) -> None:
    of, written = subject(sandbox)

    async with connected(sandbox, protocol, "query") as source:
        sandbox.board.faults["association"] = Fault("short_page", times=1)
        with pytest.raises(SourceProtocolError):
            await found(source, of, [invoice.id for invoice in written[:3]])


@BY_QUERY
async def test_a_line_that_comes_twice_is_one_line(sandbox: Sandbox, protocol: str) -> None:
    of, written = subject(sandbox)
    ids = [invoice.id for invoice in written[:3]]

    async with connected(sandbox, protocol, "query") as source:
        whole = await found(source, of, ids)
        sandbox.board.faults["association"] = Fault("duplicate_rows", times=1)
        (doubled,) = await found(source, of, ids)

    assert told([doubled]) == told(whole)
    assert [note.code for note in doubled.notes] == ["RECORD_COUNT_MISMATCH"]


@BY_QUERY
async def test_the_customers_name_and_e_mail_are_one_call(sandbox: Sandbox, protocol: str) -> None:
    of, _ = subject(sandbox)
    known = sandbox.books.account("association", of.key)
    assert known is not None
    customer = sandbox.books.customer(known)

    async with connected(sandbox, protocol, "query") as source:
        record = await source.fetch_customer(of, operation())
        nobody = await source.fetch_customer(account("association", NOBODY), operation())

    assert record is not None
    assert (record.name, record.email) == (customer.name, customer.email)
    assert nobody is None
    assert len(sandbox.board.calls) == 2


@pytest.mark.parametrize("protocol", ["soap", "json"])
async def test_without_details_nothing_is_found_by_id_and_nothing_is_sent(sandbox: Sandbox, protocol: str) -> None:
    of, written = subject(sandbox)

    async with connected(sandbox, protocol, "off") as source:
        with pytest.raises(SourceRejected):
            await source.find_invoices(FindQuery(account=of, fields=HEADER, ids=(written[0].id,)), operation())
        with pytest.raises(SourceRejected):
            await source.fetch_customer(of, operation())

    assert sandbox.board.calls == []


def test_what_it_can_do_depends_on_its_details() -> None:
    login = {"base_url": "https://dues.example/xweb", "username": "u", "password": "p"}
    tables: tuple[dict[str, object], ...] = (
        {},
        {"details": "query"},
        {"details": "query", "ids_per_query": 20},
        {"details": "off"},
    )

    able = [capabilities_of(netforum.SETTINGS.model_validate(login | table)) for table in tables]

    assert [can.ids_per_call for can in able] == [1, 50, 20, 0]
    assert [can.tells_customers for can in able] == [False, True, True, False]
    assert ["lines" in can.fields for can in able] == [True, True, True, False]
    assert ["totals.discount" in can.fields for can in able] == [True, True, True, False]
    assert ["shippingAddress" in can.fields for can in able] == [True, False, False, False]
    assert {can.list_fields for can in able} == {able[-1].fields}


@pytest.mark.parametrize("flag", ["ivd_void_flag", "ivd_delete_flag"])
def test_a_query_never_goes_without_the_flags_of_lines_that_are_not_charged(flag: str) -> None:
    table = {"base_url": "https://dues.example/xweb", "username": "u", "password": "p", "query_without": [flag]}

    with pytest.raises(ValidationError, match="query_without"):
        netforum.SETTINGS.model_validate(table)


def test_nothing_but_guids_gets_into_a_condition() -> None:
    assert any_of("inv_key", [NOBODY, NOBODY]) == f"inv_key IN ('{NOBODY}','{NOBODY}')"
    for wrong in ("", "1", f"{NOBODY}'", f"{NOBODY}\n", f"' OR '{NOBODY}"):
        with pytest.raises(ValueError, match="no GUID"):
            any_of("inv_key", [NOBODY, wrong])
