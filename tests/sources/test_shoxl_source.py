"""Shoxl over REST: what is sent, what comes back, and what is told apart."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from resolvers.model.errors import SourceProtocolError, SourceRejected
from resolvers.model.identity import invoice_id
from resolvers.model.invoice import (
    DocumentReference,
    DocumentType,
    InvoiceStatus,
    InvoiceType,
    Note,
    PaymentStatus,
    ValueOrigin,
)
from resolvers.model.source import FindQuery, ListQuery
from resolvers.sources import shoxl
from tests.sources.scripted import Script, source
from tests.sources.shoxl_rest import ACCOUNT, ROW, listed, only, page, row
from tests.sources.upstream import NOON, operation


def test_capabilities_say_what_the_plan_needs() -> None:
    assert shoxl.CAPABILITIES.paging.value == "numbered"
    assert shoxl.CAPABILITIES.lists_newest_first
    assert shoxl.CAPABILITIES.lists_paid_invoices
    assert shoxl.CAPABILITIES.ids_per_call == 0
    assert shoxl.CAPABILITIES.has_documents
    assert shoxl.CAPABILITIES.fields == shoxl.CAPABILITIES.list_fields
    assert {"amountPaid", "reference.number", "id"} <= shoxl.CAPABILITIES.list_fields


async def test_one_call_asks_for_one_page_of_the_account_in_its_context() -> None:
    script = Script(page())
    shop = source(shoxl, script, context={"divisionCode": "100", "shop": "a"})
    of = msgspec.structs.replace(ACCOUNT, context=(("divisionCode", "200"),))
    asked = operation()

    await shop.list_invoices(ListQuery(account=of, fields=frozenset(), page=2), asked)

    (request,) = script.requests
    assert (request.method, str(request.url)) == ("POST", "http://upstream.test/Base/v1/GetInvoiceHistory")
    assert script.bodies == [
        {"accountNumber": "10025", "pageNumber": 2, "context": {"divisionCode": "200", "shop": "a"}}
    ]
    (call,) = asked.calls
    assert (call.operation, call.account, call.page, call.rows, call.outcome) == (
        "GetInvoiceHistory",
        "10025",
        2,
        0,
        "OK",
    )


async def test_a_row_is_read_whole() -> None:
    answer = await listed(page(ROW))

    (invoice,) = answer.invoices
    assert (answer.total_pages, answer.total_count, answer.row_count, answer.notes) == (3, None, 1, [])
    assert answer.fetched_at == NOON
    assert invoice.id == invoice_id("here", "10025", "0070145")
    assert (invoice.number, invoice.source_invoice_id, invoice.customer_number) == ("0070145", "0070145", "10025")
    assert invoice.issue_date == date(2021, 7, 21)
    assert invoice.reference == DocumentReference(DocumentType.ORDER, "SO-9")
    assert [str(of and of.amount) for of in (invoice.total, invoice.amount_paid, invoice.amount_due)] == [
        "600.00",
        "499.50",
        "100.50",
    ]
    assert (invoice.currency_code, invoice.currency_origin) == ("EUR", ValueOrigin.CONFIGURED)
    assert (invoice.type, invoice.status) == (InvoiceType.INVOICE, InvoiceStatus.OPEN)
    assert invoice.payment_status is PaymentStatus.PARTIALLY_PAID
    assert (invoice.lines, invoice.due_date, invoice.document_url) == (None, None, invoice.id)
    assert invoice.provenance.derived_fields == ["status", "paymentStatus", "amountPaid"]
    assert invoice.notes == [Note("CURRENCY_ASSUMED", "currencyCode")]


async def test_names_are_read_in_any_case() -> None:
    pascal = '{"ErrorCode":"0","Orders":[{"InvoiceNumber":"7","TotalPrice":"1.50","ordernumber":"o"}],"TotalPages":"2"}'

    answer = await listed(pascal)

    (invoice,) = answer.invoices
    assert (invoice.number, str(invoice.total and invoice.total.amount), answer.total_pages) == ("7", "1.50", 2)
    assert invoice.reference == DocumentReference(DocumentType.ORDER, "o")


@pytest.mark.parametrize("orders", ['"orders":null', '"orders":{}', '"orders":{ }', '"orders":[]', '"totalPages":null'])
async def test_every_form_of_an_empty_history_is_no_invoices(orders: str) -> None:
    answer = await listed(f"{{{orders}}}")

    assert (answer.invoices, answer.row_count, answer.total_pages) == ([], 0, None)


async def test_a_credit_note_is_known_by_its_sign_and_says_so() -> None:
    invoice = await only(page(row(totalPrice="-25.00", totalOutstanding="-25.00")))

    assert invoice.type is InvoiceType.CREDIT_NOTE
    assert invoice.payment_status is PaymentStatus.UNPAID
    assert "type" in invoice.provenance.derived_fields


@pytest.mark.parametrize(
    ("outstanding", "status", "paid"),
    [
        ("0.00", InvoiceStatus.CLOSED, PaymentStatus.PAID),
        ("600", InvoiceStatus.OPEN, PaymentStatus.UNPAID),
        ("-1", InvoiceStatus.OPEN, PaymentStatus.OVERPAID),
        ("null", InvoiceStatus.UNKNOWN, PaymentStatus.UNKNOWN),
    ],
)
async def test_the_status_follows_from_what_is_outstanding(
    outstanding: str, status: InvoiceStatus, paid: PaymentStatus
) -> None:
    invoice = await only(page(row(totalPrice="600", totalOutstanding=outstanding)))

    assert (invoice.status, invoice.payment_status) == (status, paid)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2021-07-21", date(2021, 7, 21)),
        ("2021-07-21Z", date(2021, 7, 21)),
        ("2021-07-21+02:00", date(2021, 7, 21)),
        ("2021-07-21-05:00", date(2021, 7, 21)),
        ("2021-07-21 23:30:00Z", date(2021, 7, 22)),
        ("2021-07-21T23:30:00", date(2021, 7, 21)),
        ("2021-07-21T22:30:00Z", date(2021, 7, 22)),
        ("2021-07-21T22:30:00.0000000+00:00", date(2021, 7, 22)),
        ("2021-07-22T01:00:00+05:00", date(2021, 7, 21)),
    ],
)
async def test_a_day_is_the_day_of_the_sources_own_zone(written: str, day: date) -> None:
    invoice = await only(page(row(invoiceDate=f'"{written}"')), time_zone="Europe/Amsterdam")

    assert invoice.issue_date == day


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("0001-01-01T00:00:00Z", "DATE_SENTINEL"),
        ("21/07/2021", "DATE_UNPARSEABLE"),
        ("2021-07-21Tx", "DATE_UNPARSEABLE"),
    ],
)
async def test_a_date_that_is_none_is_null_and_noted(written: str, code: str) -> None:
    invoice = await only(page(row(invoiceDate=f'"{written}"')), currency="EUR", time_zone="America/Los_Angeles")

    assert invoice.issue_date is None
    assert Note(code, "issueDate", actual=written) in invoice.notes


async def test_a_row_of_another_customer_number_stays_and_is_noted() -> None:
    invoice = await only(page(row(customerNumber='"99"')))

    assert invoice.customer_number == "99"
    assert Note("ACCOUNT_MISMATCH", "customerNumber", expected="10025", actual="99") in invoice.notes


async def test_a_row_without_a_number_is_dropped_and_counted() -> None:
    answer = await listed(page(ROW, row(invoiceNumber='" "'), row(invoiceNumber="null"), "null"))

    assert (len(answer.invoices), answer.row_count) == (1, 4)
    assert answer.notes == [Note("RECORD_DROPPED", actual="3")]


@pytest.mark.parametrize("day", ["[2024,9,30]", '{"year":2024}'])
async def test_a_date_as_other_servers_write_theirs_costs_itself_alone(day: str) -> None:
    invoice = await only(page(row(invoiceDate=day)))

    assert (invoice.number, invoice.issue_date) == ("1", None)
    assert Note("DATE_UNPARSEABLE", "issueDate", actual=day) in invoice.notes


@pytest.mark.parametrize("echo", ["null", "{}", '{"accountNumber":"10025","pageNumber":2}', '{"PageNumber":"2"}'])
async def test_an_echo_that_agrees_or_is_missing_is_fine(echo: str) -> None:
    assert len((await listed(page(ROW, rest=f'"request":{echo}'), number=2)).invoices) == 1


@pytest.mark.parametrize("echo", ['{"accountNumber":"999"}', '{"accountNumber":"10025","pageNumber":1}', '"10025"'])
async def test_an_echo_of_another_request_is_an_error(echo: str) -> None:
    with pytest.raises(SourceProtocolError):
        await listed(page(ROW, rest=f'"request":{echo}'), number=2)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"message":"Internal error"}',
        b"<html><body>Welcome</body></html>",
        b'{"orders":{"InvoiceHistoryItem":[]}}',
        b'{"orders":[],"Orders":[{"invoiceNumber":"1"}]}',
        b'{"orders":[{"invoiceNumber":{"a":1}}]}',
        b'{"orders":[{"invoiceNumber":"\xff"}]}',
        b'{"orders":' + b"[" * 100_000,
    ],
)
async def test_anything_but_the_documented_object_is_an_error_and_not_an_empty_list(content: bytes) -> None:
    with pytest.raises(SourceProtocolError):
        await listed(content)


@pytest.mark.parametrize(
    "content",
    [
        page(ROW, rest='"orders":[],"totalPages":1'),
        page(ROW, rest='"totalPages":3,"totalPages":1'),
        page(ROW.replace('"totalPrice":', '"totalPrice":1,"totalPrice":')),
        '{"errorCode":"E7",' + page(ROW).removeprefix("{"),
    ],
)
async def test_a_member_that_is_there_twice_is_an_error_for_one_of_them_would_be_lost(content: str) -> None:
    with pytest.raises(SourceProtocolError):
        await listed(content)


async def test_no_cut_of_a_page_gives_a_smaller_one() -> None:
    whole = page(ROW, row(invoiceNumber='"2"'))

    for end in range(len(whole)):
        with pytest.raises(SourceProtocolError):
            await listed(whole[:end])


async def test_a_byte_order_mark_and_unknown_members_are_left_aside() -> None:
    answer = await listed(b"\xef\xbb\xbf" + page(row(colour='{"a":[1]}')).encode())

    assert len(answer.invoices) == 1


@pytest.mark.parametrize(
    ("authentication", "name", "value"),
    [
        ({"method": "basic", "username": "erp", "password": "pä:ss"}, "authorization", None),
        ({"method": "header", "name": "X-Api-Key", "value": "k-123"}, "x-api-key", "k-123"),
    ],
)
async def test_the_configured_credential_goes_with_the_call_and_shows_nowhere(
    authentication: dict[str, str], name: str, value: str | None
) -> None:
    script = Script(page())
    shop = source(shoxl, script, authentication=authentication)

    await shop.list_invoices(ListQuery(account=ACCOUNT, fields=frozenset()), operation())

    basic = "Basic " + b64encode("erp:pä:ss".encode()).decode()
    assert script.requests[0].headers[name] == (value or basic)
    shown = repr(shoxl.SETTINGS.model_validate({"base_url": "http://x.test", "authentication": authentication}))
    assert not any(secret in shown for secret in ("pä:ss", "k-123"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"protocol": "xml"},
        {"protocol": "soap", "context": {"divisionCode": "100"}},
        {"protocol": "soap", "service_path": "../ShoxlService"},
        {"protocol": "soap", "namespace": 'http://shoxl.com/"><evil/>'},
        {"document_hosts": ["https://files.example/"]},
        {"authentication": {"method": "magic"}},
        {"authentication": {"method": "header", "name": "X Y", "value": "k"}},
        {"authentication": {"method": "header", "name": "X-Y", "value": "k\r\nHost: evil"}},
        {"kind": "open2b"},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        shoxl.SETTINGS.model_validate({"base_url": "http://x.test"} | wrong)


async def test_a_look_up_by_id_is_declined() -> None:
    script = Script(page(ROW))

    with pytest.raises(SourceRejected):
        await source(shoxl, script).find_invoices(
            FindQuery(account=ACCOUNT, fields=frozenset(), ids=("0070145",)), operation()
        )

    assert script.requests == []
