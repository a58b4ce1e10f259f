"""Shoxl over REST: what is sent, what comes back, and what is told apart."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import msgspec
import pytest
from pydantic import ValidationError

from resolvers.model.errors import SourceAuthFailed, SourceError, SourceProtocolError, SourceRejected, SourceUnavailable
from resolvers.model.identity import invoice_id
from resolvers.model.invoice import (
    DocumentReference,
    DocumentType,
    Invoice,
    InvoiceStatus,
    InvoiceType,
    Note,
    PaymentStatus,
    ValueOrigin,
)
from resolvers.model.source import FindQuery, InvoiceList, ListQuery
from resolvers.sources import shoxl
from resolvers.transport.failures import SourceBusy
from tests.sources.scripted import Script, source
from tests.sources.upstream import NOON, account, listing, operation

ACCOUNT = account("here", "10025")
ROW = (
    '{"customerNumber":"10025","invoiceDate":"2021-07-21","invoiceNumber":"0070145","OrderNumber":"SO-9",'
    '"totalOutstanding":100.5,"totalPrice":600.0000000,"downloadablePdfUri":"/pdf?token=x"}'
)


def page(*rows: str, rest: str = '"totalPages":3') -> str:
    return f'{{"errorCode":null,"errorDescription":null,"orders":[{",".join(rows)}],{rest}}}'


def row(**values: str) -> str:
    """A row whose given members have these JSON texts."""
    members = {"invoiceNumber": '"1"', "customerNumber": '"10025"'} | values
    return "{" + ",".join(f'"{name}":{text}' for name, text in members.items()) + "}"


async def listed(content: str | bytes, *, number: int = 1, **settings: Any) -> InvoiceList:
    shop = source(shoxl, Script(content), **({"currency": "EUR"} | settings))
    return await shop.list_invoices(ListQuery(account=ACCOUNT, fields=frozenset({"total"}), page=number), operation())


async def only(content: str, **settings: Any) -> Invoice:
    (invoice,) = (await listed(content, **settings)).invoices
    return invoice


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


async def test_an_amount_keeps_every_digit() -> None:
    invoice = await only(page(row(totalPrice="12345678901234567.89", totalOutstanding="0.01")))

    assert str(invoice.total and invoice.total.amount) == "12345678901234567.89"
    assert str(invoice.amount_paid and invoice.amount_paid.amount) == "12345678901234567.88"


@pytest.mark.parametrize(
    "residue", ["2.842170943040401E-14", "-2.842170943040401e-14", "0.000000000931322574615478515625"]
)
async def test_what_a_doubles_arithmetic_leaves_of_a_paid_invoice_is_nothing(residue: str) -> None:
    invoice = await only(page(row(totalPrice="600.0", totalOutstanding=residue)))

    assert [str(of and of.amount) for of in (invoice.amount_due, invoice.amount_paid)] == ["0.00", "600.00"]
    assert (invoice.status, invoice.payment_status) == (InvoiceStatus.CLOSED, PaymentStatus.PAID)


@pytest.mark.parametrize(
    ("total", "residue"),
    [
        ("83432377.82", "-1.1175870895385742e-08"),
        ("528749735.16", "5.960464477539063e-08"),
        ("8.343237782E7", "-1.1175870895385742E-8"),
        ('"528749735.16"', "5.960464477539063e-08"),
        ("-83432377.82", "1.1175870895385742e-08"),
    ],
)
async def test_what_is_left_of_a_great_invoice_is_measured_by_its_total(total: str, residue: str) -> None:
    invoice = await only(page(row(totalPrice=total, totalOutstanding=residue)))

    assert str(invoice.amount_due and invoice.amount_due.amount) == "0.00"
    assert invoice.payment_status is PaymentStatus.PAID


@pytest.mark.parametrize("total", ["600", "null", '"six"', "true", "{}", "1E99", "9" * 99])
async def test_digits_that_no_total_of_the_row_explains_are_kept(total: str) -> None:
    invoice = await only(page(row(totalPrice=total, totalOutstanding="5.9E-8")))

    assert invoice.amount_due is not None
    assert invoice.amount_due.amount == Decimal("5.9E-8")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0.30000000000000004", "0.30"),
        ("0.7999999999999999", "0.80"),
        ("-1234.5600000000002", "-1234.56"),
        ("12345678.900000002", "12345678.90"),
        ("1234567890.1200001", "1234567890.12"),
        ("600.0000000", "600.00"),
    ],
)
async def test_an_amount_is_the_one_that_its_double_stands_for(written: str, meant: str) -> None:
    invoice = await only(page(row(totalPrice=written)))

    assert str(invoice.total and invoice.total.amount) == meant
    assert "SCALE_EXCESS" not in {note.code for note in invoice.notes}


@pytest.mark.parametrize("written", ["0.1234567", "12.12345678", "0.00000001", "1.5E-7"])
async def test_digits_that_no_double_leaves_behind_are_kept(written: str) -> None:
    invoice = await only(page(row(totalPrice=written)))

    assert invoice.total is not None
    assert invoice.total.amount == Decimal(written)
    assert "SCALE_EXCESS" in {note.code for note in invoice.notes}


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


@pytest.mark.parametrize("amount", ['"six"', "true", "{}", "[1]"])
async def test_an_unreadable_amount_costs_only_itself(amount: str) -> None:
    invoice = await only(page(row(totalPrice="6", totalOutstanding=amount)))

    assert (invoice.amount_due, invoice.amount_paid) == (None, None)
    assert [(note.code, note.path) for note in invoice.notes][1:] == [("VALUE_UNREADABLE", "amountDue")]


async def test_a_row_of_another_customer_number_stays_and_is_noted() -> None:
    invoice = await only(page(row(customerNumber='"99"')))

    assert invoice.customer_number == "99"
    assert Note("ACCOUNT_MISMATCH", "customerNumber", expected="10025", actual="99") in invoice.notes


async def test_a_row_without_a_number_is_dropped_and_counted() -> None:
    answer = await listed(page(ROW, row(invoiceNumber='" "'), row(invoiceNumber="null")))

    assert (len(answer.invoices), answer.row_count) == (1, 3)
    assert answer.notes == [Note("RECORD_DROPPED", actual="2")]


@pytest.mark.parametrize("code", ['"E17"', "5", '"00"'])
async def test_an_error_of_the_erp_is_a_rejection_though_its_status_is_200(code: str) -> None:
    with pytest.raises(SourceRejected) as caught:
        await listed(f'{{"errorCode":{code},"errorDescription":"Debtor 10025 blocked","orders":[{ROW}]}}')

    assert "Debtor" in caught.value.detail
    assert "Debtor" not in caught.value.message


@pytest.mark.parametrize("code", ["null", '""', '"0"', "0", '" "'])
async def test_no_error_code_and_zero_are_success(code: str) -> None:
    assert len((await listed(f'{{"errorCode":{code},"orders":[{ROW}]}}')).invoices) == 1


@pytest.mark.parametrize("rows", ['"orders":null', '"orders":[]', '"totalPages":0'])
@pytest.mark.parametrize("code", ["null", '""'])
async def test_a_description_in_place_of_rows_is_an_error_though_it_has_no_code(code: str, rows: str) -> None:
    with pytest.raises(SourceRejected) as caught:
        await listed(f'{{"errorCode":{code},"errorDescription":"ERP not reachable",{rows}}}')

    assert "ERP not reachable" in caught.value.detail


async def test_a_description_beside_rows_is_no_error() -> None:
    assert len((await listed(f'{{"errorDescription":"2 invoices are being printed","orders":[{ROW}]}}')).invoices) == 1


async def test_an_empty_history_that_says_its_code_is_zero_may_say_more() -> None:
    assert (await listed('{"errorCode":"0","errorDescription":"OK","orders":[]}')).invoices == []


@pytest.mark.parametrize("status", [400, 404, 409, 422])
async def test_an_error_of_the_erp_under_a_clients_status_is_a_rejection_and_asked_once(status: int) -> None:
    told = b'{"errorCode":"DEBTOR_UNKNOWN","errorDescription":"Debtor 10025 does not exist","orders":null}'
    script = Script(httpx.Response(status, content=told))

    with pytest.raises(SourceRejected) as caught:
        await source(shoxl, script, retries=2).list_invoices(listing(ACCOUNT), operation())

    assert caught.value.detail == "DEBTOR_UNKNOWN: Debtor 10025 does not exist"
    assert len(script.requests) == 1


async def test_an_erp_that_is_down_is_asked_again_and_named_in_the_log() -> None:
    told = b'{"errorCode":"ERP-500","errorDescription":"The ERP did not answer in time","orders":null}'
    script = Script(httpx.Response(500, content=told))

    with pytest.raises(SourceUnavailable) as caught:
        await source(shoxl, script, retries=2).list_invoices(listing(ACCOUNT), operation())

    assert (caught.value.is_retryable, caught.value.detail) == (True, "ERP-500: The ERP did not answer in time")
    assert len(script.requests) == 3


@pytest.mark.parametrize(
    "content",
    [
        "<h1>Error</h1>",
        "",
        '{"title":"Bad Request","status":400}',
        '{"errorCode":null,"orders":[]}',
        '{"errorCode":"0","errorDescription":"OK"}',
        page(ROW),
    ],
)
@pytest.mark.parametrize(("status", "kind", "calls"), [(404, SourceProtocolError, 1), (500, SourceUnavailable, 3)])
async def test_a_status_without_the_erps_error_means_what_it_says(
    status: int, kind: type[SourceError], calls: int, content: str
) -> None:
    script = Script(httpx.Response(status, content=content.encode()))

    with pytest.raises(kind) as caught:
        await source(shoxl, script, retries=2).list_invoices(listing(ACCOUNT), operation())

    assert caught.value.detail == f"status {status}"
    assert len(script.requests) == calls


@pytest.mark.parametrize(
    ("protocol", "content"), [("rest", b""), ("rest", b'{"errorCode":"ERP-500","orders":null}'), ("soap", b"")]
)
async def test_a_500_that_says_when_to_come_back_is_believed_by_the_sources_clock(
    protocol: str, content: bytes
) -> None:
    headers = {"Retry-After": "Wed, 01 Jul 2026 12:00:30 GMT"}
    script = Script(httpx.Response(500, headers=headers, content=content))

    with pytest.raises(SourceBusy) as caught:
        await source(shoxl, script, protocol=protocol).list_invoices(listing(ACCOUNT), operation())

    assert caught.value.retry_after_seconds == 30


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
        b'{"orders":[null]}',
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


@pytest.mark.parametrize(("status", "kind"), [(401, SourceAuthFailed), (302, SourceProtocolError)])
async def test_a_status_other_than_200_is_an_error(status: int, kind: type[SourceError]) -> None:
    shop = source(shoxl, Script(httpx.Response(status, content=page(ROW))))

    with pytest.raises(kind):
        await shop.list_invoices(ListQuery(account=ACCOUNT, fields=frozenset()), operation())


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
