"""Kruitbosch's other formats: the same rows as its JSON, and never fewer than were sent."""

from __future__ import annotations

import csv
from io import StringIO

import httpx
import pytest

from resolvers.model.errors import SourceError, SourceProtocolError, SourceRejected
from resolvers.model.invoice import InvoiceStatus, Note, ValueOrigin
from resolvers.model.source import InvoiceList
from resolvers.sources.kruitbosch.wire import Listing, OutstandingInvoice, OverviewInvoice, Refusal
from resolvers.sources.kruitbosch.wire_csv import parse_listing_csv
from resolvers.sources.kruitbosch.wire_xml import parse_listing_xml, parse_refusal_xml
from tests.sources.test_kruitbosch_client import QUERY, Portal, source
from tests.sources.upstream import SAMPLES, account, listing, operation

SAMPLE = (SAMPLES / "kruitbosch_outstanding_invoices.xml").read_bytes()
ROW = OutstandingInvoice(
    invoice_nr="0070145",
    customer_number="10025",
    invoice_date="2026-07-01T00:00:00",
    invoice_amount="12345678901234567.89",
    balance_amount="600.0000000",
)
XML = b"""<?xml version="1.0" encoding="utf-8"?><a:OutstandingInvoicesResponse
    xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:a="urn:operations" xmlns="urn:types">
    <a:OutstandingInvoices><OutstandingInvoice><InvoiceNr>0070145</InvoiceNr><CurrencyCode i:nil="true" />
    <BalanceAmount>600.0000000</BalanceAmount><PayedAmount/><CustomerNumber>10025</CustomerNumber>
    <Colour><Of>none</Of></Colour><InvoiceAmount>12345678901234567.89</InvoiceAmount>
    <InvoiceDate>2026-07-01T00:00:00</InvoiceDate></OutstandingInvoice></a:OutstandingInvoices>
    <a:ResponseStatus i:nil="true" /></a:OutstandingInvoicesResponse>"""
JSON = b'{"OutstandingInvoices": [{"InvoiceNr": "0070145"}]}'
CSV = (
    b"InvoiceNr,CustomerNumber,InvoiceDate,DueDate,CurrencyCode,InvoiceAmount,PayedAmount,BalanceAmount\r\n"
    b"0070145,10025,2026-07-01T00:00:00,,,12345678901234567.89,,600.0000000\r\n"
)


def response(inner: str, name: str = "OutstandingInvoicesResponse") -> bytes:
    return f'<{name} xmlns:i="http://www.w3.org/2001/XMLSchema-instance">{inner}</{name}>'.encode()


def read_xml(content: bytes) -> list[OutstandingInvoice]:
    return parse_listing_xml("wholesale", OutstandingInvoice, content).rows


def read_csv(content: bytes) -> list[OutstandingInvoice]:
    return parse_listing_csv("wholesale", OutstandingInvoice, content).rows


async def listed(reply: httpx.Response, protocol: str, customer: str = "10025") -> InvoiceList:
    upstream = Portal(lambda _session: httpx.Response(reply.status_code, headers=reply.headers, content=reply.content))
    wholesale = source(upstream, protocol=protocol)
    return await wholesale.list_invoices(listing(account("wholesale", customer)), operation())


def xml(content: bytes, status: int = 200) -> httpx.Response:
    return httpx.Response(status, headers={"Content-Type": "application/xml; charset=utf-8"}, content=content)


def table(content: bytes, **headers: str) -> httpx.Response:
    return httpx.Response(200, headers={"Content-Type": "text/csv", **headers}, content=content)


async def test_the_vendors_printed_xml_is_one_invoice_with_just_its_oddities() -> None:
    answer = await listed(xml(SAMPLE), "xml", customer="String")

    (invoice,) = answer.invoices
    assert invoice.notes == [
        Note("VALUE_UNRECOGNISED", "currencyCode", actual="String"),
        Note("CURRENCY_UNKNOWN", "currencyCode"),
        Note("DATE_SENTINEL", "issueDate", actual="0001-01-01T00:00:00"),
        Note("DATE_SENTINEL", "dueDate", actual="0001-01-01T00:00:00"),
    ]
    assert (invoice.number, invoice.customer_number, invoice.status) == ("String", "String", InvoiceStatus.OPEN)
    assert [str(of and of.amount) for of in (invoice.total, invoice.amount_paid, invoice.amount_due)] == ["0.00"] * 3
    assert (invoice.currency_code, invoice.currency_origin) == ("XXX", ValueOrigin.UNKNOWN)
    assert answer.notes == []


@pytest.mark.parametrize(("read", "content"), [(read_xml, XML), (read_csv, CSV)])
def test_every_value_is_the_text_that_was_sent(read: object, content: bytes) -> None:
    assert callable(read)
    assert read(content) == [ROW]


def test_the_order_of_members_and_the_prefixes_do_not_matter_in_xml() -> None:
    prefixed = XML.replace(b"<Invoice", b"<p:Invoice").replace(b"</Invoice", b"</p:Invoice")

    assert read_xml(prefixed.replace(b'xmlns="urn:types"', b'xmlns="urn:types" xmlns:p="urn:other"')) == [ROW]


@pytest.mark.parametrize(
    "inner",
    [
        "",
        "<OutstandingInvoices/>",
        '<OutstandingInvoices i:nil="true"/>',
        '<ResponseStatus i:nil="true"/>',
        "<ResponseStatus/>",
    ],
)
def test_an_empty_an_absent_and_a_nil_list_are_no_rows(inner: str) -> None:
    assert read_xml(response(inner)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"<html><body/></html>",
        response("", "InvoicesOverviewResponse"),
        response("<Invoices/>"),
        response("<OutstandingInvoices>none</OutstandingInvoices>"),
        response("<OutstandingInvoices><OutstandingInvoice/></OutstandingInvoices>"),
        response("<OutstandingInvoices><Error>no</Error></OutstandingInvoices>"),
        response("<OutstandingInvoices/><OutstandingInvoices/>"),
        response("<OutstandingInvoices><I><InvoiceNr>1</InvoiceNr><InvoiceNr>2</InvoiceNr></I></OutstandingInvoices>"),
        response("<OutstandingInvoices><I><InvoiceNr><b/></InvoiceNr></I></OutstandingInvoices>"),
        b"<!DOCTYPE x>" + response(""),
    ],
)
def test_xml_that_is_not_the_documented_response_is_an_error(wrong: bytes) -> None:
    with pytest.raises(SourceProtocolError):
        read_xml(wrong)


def test_xml_that_is_cut_anywhere_is_an_error() -> None:
    for end in range(len(SAMPLE.rstrip())):
        with pytest.raises(SourceProtocolError):
            read_xml(SAMPLE[:end])


def test_an_error_is_told_in_xml_too() -> None:
    status = "<ResponseStatus><ErrorCode>SqlException</ErrorCode><Message>Timeout</Message></ResponseStatus>"

    assert parse_refusal_xml("wholesale", response(status)) == Refusal("SqlException", "Timeout")
    assert [parse_refusal_xml("wholesale", fine) for fine in (SAMPLE, XML, b"", b"<html/>")] == [None] * 4


def test_the_fields_that_an_error_objects_to_are_told_in_xml_too() -> None:
    error = "<a:ResponseError><a:ErrorCode>{}</a:ErrorCode><a:FieldName>{}</a:FieldName><a:Meta/></a:ResponseError>"
    errors = error.format("NotEmpty", "CustomerNumber") + error.format("Length", "Page")
    status = '<ResponseStatus xmlns:a="x"><ErrorCode>Bad</ErrorCode><a:Errors>{}</a:Errors></ResponseStatus>'

    told = [
        parse_refusal_xml("wholesale", response(status.format(inner))) for inner in (errors, "", "<b>c</b>", "<b/>")
    ]

    assert told == [Refusal("Bad", "", ("CustomerNumber NotEmpty", "Page Length")), *[Refusal("Bad", "")] * 3]


@pytest.mark.parametrize("empty", [b"", b"\xef\xbb\xbf", CSV.splitlines(keepends=True)[0]])
def test_a_table_without_lines_is_no_rows(empty: bytes) -> None:
    assert read_csv(empty) == []


def test_quoted_cells_may_hold_commas_quotes_and_line_breaks() -> None:
    awkward = 'A,"1"\r\n2'
    out = StringIO()
    csv.writer(out).writerows([["customernumber", "INVOICENR"], ["10025", awkward]])

    assert read_csv(out.getvalue().encode()) == [OutstandingInvoice(invoice_nr=awkward, customer_number="10025")]


@pytest.mark.parametrize(
    "wrong",
    [
        b"<html></html>\n",
        b"Number,Total\r\n1,2\r\n",
        b"InvoiceNr,InvoiceNr\r\n1,2\r\n",
        b"InvoiceNr,InvoiceAmount\r\n1\r\n",
        b"InvoiceNr,InvoiceAmount\r\n1,2,3\r\n",
        b"InvoiceNr,InvoiceAmount\r\n\r\n",
        b'InvoiceNr,InvoiceAmount\r\n1,"2\r\n',
        b"InvoiceNr,InvoiceAmount\r\n1,\xff\r\n",
    ],
)
def test_a_table_that_is_not_one_of_invoices_is_an_error(wrong: bytes) -> None:
    with pytest.raises(SourceProtocolError):
        read_csv(wrong)


def test_a_table_of_more_lines_than_anybody_has_is_an_error() -> None:
    content = b"InvoiceNr\n" + b"1\n" * 299_999

    assert len(read_csv(content)) == 299_999
    with pytest.raises(SourceProtocolError):
        read_csv(content + b"1\n")


def test_a_table_that_is_cut_inside_a_line_is_an_error() -> None:
    between_lines = {0, CSV.index(b"\n") + 1}

    for end in set(range(len(CSV))) - between_lines:
        with pytest.raises(SourceProtocolError):
            read_csv(CSV[:end])


@pytest.mark.parametrize(
    ("protocol", "reply", "accept"), [("xml", xml(XML), "application/xml"), ("csv", table(CSV), "text/csv")]
)
async def test_each_format_is_asked_for_by_name_and_the_login_always_in_json(
    protocol: str, reply: httpx.Response, accept: str
) -> None:
    upstream = Portal(lambda _session: reply)

    answer = await source(upstream, protocol=protocol).list_invoices(QUERY, operation())

    assert [invoice.number for invoice in answer.invoices] == ["0070145"]
    assert [call.headers["Accept"] for call in upstream.calls] == [accept]
    assert [login.headers["Accept"] for login in upstream.logins] == ["application/json"]


@pytest.mark.parametrize(
    ("protocol", "reply", "expected"),
    [
        ("xml", httpx.Response(200, json={"OutstandingInvoices": []}), SourceProtocolError),
        ("xml", httpx.Response(200, html="<html/>"), SourceProtocolError),
        (
            "xml",
            xml(response("<ResponseStatus><Message>Customer is blocked</Message></ResponseStatus>")),
            SourceRejected,
        ),
        ("csv", httpx.Response(200, json={"ResponseStatus": {"ErrorCode": "SqlException"}}), SourceRejected),
        ("csv", httpx.Response(400, json={"ResponseStatus": {"ErrorCode": "ArgumentException"}}), SourceRejected),
        ("csv", httpx.Response(200, json={"OutstandingInvoices": []}), SourceProtocolError),
        (
            "csv",
            table(CSV, **{"Content-Disposition": 'attachment;filename="InvoicesOverview.csv"'}),
            SourceProtocolError,
        ),
    ],
)
async def test_a_reply_in_another_format_is_the_error_that_it_stands_for(
    protocol: str, reply: httpx.Response, expected: type[SourceError]
) -> None:
    with pytest.raises(expected):
        await listed(reply, protocol)


@pytest.mark.parametrize("content_type", ["", "text/html; charset=utf-8", "text/plain"])
@pytest.mark.parametrize("protocol", ["json", "xml"])
async def test_an_answer_of_a_server_that_does_not_say_what_it_sends_is_what_it_begins_with(
    content_type: str, protocol: str
) -> None:
    headers, content = {"Content-Type": content_type}, {"json": JSON, "xml": XML}[protocol]
    upstream = Portal(lambda _session: httpx.Response(200, headers=headers, content=b"\xef\xbb\xbf" + content))
    upstream.login = lambda _number: httpx.Response(200, headers=headers, content=b'"session-1"')

    answer = await source(upstream, protocol=protocol).list_invoices(QUERY, operation())

    assert [invoice.number for invoice in answer.invoices] == ["0070145"]
    assert upstream.sessions == ["session-1"]


@pytest.mark.parametrize(
    ("protocol", "status", "content", "expected"),
    [
        ("json", 200, b'{"ResponseStatus": {"ErrorCode": "SqlException"}}', SourceRejected),
        ("csv", 400, b'{"ResponseStatus": {"ErrorCode": "ArgumentException"}}', SourceRejected),
        ("json", 500, b'{"ResponseStatus": {"ErrorCode": "ArgumentException"}}', SourceRejected),
        ("json", 200, JSON[:-2], SourceProtocolError),
        ("json", 200, b"", SourceProtocolError),
        ("json", 200, b"[]", SourceProtocolError),
        ("json", 200, b"<!DOCTYPE html><html><form/></html>", SourceProtocolError),
        ("json", 200, XML, SourceProtocolError),
        ("xml", 200, b"<html><form/></html>", SourceProtocolError),
        ("xml", 200, JSON, SourceProtocolError),
        ("csv", 200, CSV, SourceProtocolError),
        ("csv", 200, b"", SourceProtocolError),
    ],
)
async def test_whatever_else_such_a_server_sends_is_the_error_that_it_stands_for(
    protocol: str, status: int, content: bytes, expected: type[SourceError]
) -> None:
    with pytest.raises(expected):
        await listed(httpx.Response(status, headers={"Content-Type": "text/html"}, content=content), protocol)


async def test_a_message_without_a_code_beside_rows_is_a_remark() -> None:
    remark = XML.replace(
        b'<a:ResponseStatus i:nil="true" />', b"<ResponseStatus><Message>Hi</Message></ResponseStatus>"
    )

    assert [invoice.number for invoice in (await listed(xml(remark), "xml")).invoices] == ["0070145"]


async def test_a_table_whose_length_nobody_knows_is_an_error() -> None:
    headers = {"Content-Type": "text/csv"}
    upstream = Portal(lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(CSV)))

    with pytest.raises(SourceProtocolError):
        await source(upstream, protocol="csv").list_invoices(QUERY, operation())


def test_the_overviews_row_has_a_link_and_its_page_a_next_one() -> None:
    row = "<Any><InvoiceNr>1</InvoiceNr><InvoiceOpen>false</InvoiceOpen><DownloadPDFUrl>/1</DownloadPDFUrl></Any>"
    content = response(f"<Invoices>{row}</Invoices><NextPage>2</NextPage>", "InvoicesOverviewResponse")

    expected = [OverviewInvoice(invoice_nr="1", invoice_open="false", download_pdf_url="/1")]
    assert parse_listing_xml("wholesale", OverviewInvoice, content) == Listing(expected, "2")
