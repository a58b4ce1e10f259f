"""Shoxl over SOAP: the same history as over REST, and what a fault stands for."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest
from lxml import etree

from resolvers.model.errors import SourceError, SourceProtocolError, SourceRejected, SourceUnavailable
from resolvers.model.invoice import Note
from resolvers.model.source import InvoiceList, InvoiceSource, ListQuery
from resolvers.sources import shoxl
from tests.sources.scripted import Script, source
from tests.sources.upstream import account, operation

NAMESPACE = "http://shoxl.com/ShoxlService"
ACCOUNT = account("here", "10025")
QUERY = ListQuery(account=ACCOUNT, fields=frozenset(), page=2)
ROW = """<InvoiceHistoryItem><DownloadablePdfUri>/pdf?token=x</DownloadablePdfUri>
    <InvoiceDate>2021-07-21T22:30:00Z</InvoiceDate><InvoiceNumber>0070145</InvoiceNumber>
    <OrderNumber>SO-9</OrderNumber><CustomerNumber>10025</CustomerNumber>
    <TotalOutstanding>100.5</TotalOutstanding><TotalPrice>600.0000000</TotalPrice></InvoiceHistoryItem>"""
ECHO = "<Request><AccountNumber>10025</AccountNumber><PageNumber>2</PageNumber></Request>"


def envelope(body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
        f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soap:Body>{body}</soap:Body></soap:Envelope>'
    ).encode()


def answer(result: str, namespace: str = NAMESPACE) -> str:
    inner = f"<GetInvoiceHistoryResult>{result}</GetInvoiceHistoryResult>"
    return f'<GetInvoiceHistoryResponse xmlns="{namespace}">{inner}</GetInvoiceHistoryResponse>'


def reply(body: str, status: int = 200) -> httpx.Response:
    return httpx.Response(status, headers={"Content-Type": "text/xml; charset=utf-8"}, content=envelope(body))


def page(*rows: str, rest: str = "<TotalPages>3</TotalPages>") -> str:
    return answer(f"<Orders>{''.join(rows)}</Orders>{ECHO}{rest}")


def fault(code: str) -> httpx.Response:
    inner = f"<faultcode>{code}</faultcode><faultstring>Debtor 10025 is blocked</faultstring>"
    return reply(f"<soap:Fault>{inner}</soap:Fault>", 500)


def shop(script: Script, **settings: Any) -> InvoiceSource:
    table = {"protocol": "soap", "currency": "EUR", "time_zone": "Europe/Amsterdam"} | settings
    return source(shoxl, script, **table)


async def listed(*replies: httpx.Response, **settings: Any) -> InvoiceList:
    return await shop(Script(*replies), **settings).list_invoices(QUERY, operation())


@pytest.mark.parametrize("namespace", [NAMESPACE, f"{NAMESPACE}/"])
async def test_a_page_is_asked_in_the_namespace_as_the_installation_spells_it(namespace: str) -> None:
    script = Script(reply(page()))

    await shop(script, namespace=namespace).list_invoices(QUERY, operation())

    (request,) = script.requests
    asked = etree.fromstring(request.content).find(f".//{{{namespace}}}GetInvoiceHistory/{{{namespace}}}request")
    assert asked is not None
    assert [(child.tag, child.text) for child in asked] == [
        (f"{{{namespace}}}AccountNumber", "10025"),
        (f"{{{namespace}}}PageNumber", "2"),
    ]
    assert str(request.url) == "http://upstream.test/Base/ShoxlService"
    assert request.headers["SOAPAction"] == '"http://shoxl.com/ShoxlService/GetInvoiceHistory"'
    assert request.headers["Content-Type"] == "text/xml; charset=utf-8"


async def test_a_row_is_the_same_invoice_as_over_rest() -> None:
    json = (
        '{"orders":[{"customerNumber":"10025","invoiceDate":"2021-07-21T22:30:00Z","invoiceNumber":"0070145",'
        '"OrderNumber":"SO-9","totalOutstanding":100.5,"totalPrice":600.0000000}],"totalPages":3}'
    )

    over_soap = await listed(reply(page(ROW)))
    over_rest = await listed(httpx.Response(200, content=json), protocol="rest")

    assert over_soap == over_rest
    assert str(over_soap.invoices[0].total and over_soap.invoices[0].total.amount) == "600.00"
    assert "token" not in repr(over_soap)


async def test_a_decimal_keeps_digits_that_would_be_a_doubles_residue_over_rest() -> None:
    (invoice,) = (await listed(reply(page(ROW.replace(">100.5<", ">0.00000000000001<"))))).invoices

    assert str(invoice.amount_due and invoice.amount_due.amount) == "1E-14"


@pytest.mark.parametrize("namespace", [f"{NAMESPACE}/", "", "urn:another"])
async def test_an_answer_is_read_in_whatever_namespace_it_comes(namespace: str) -> None:
    body = page(ROW).replace(f'xmlns="{NAMESPACE}"', f'xmlns="{namespace}"')

    assert [invoice.number for invoice in (await listed(reply(body))).invoices] == ["0070145"]


async def test_nil_is_nothing_and_a_row_without_a_number_is_dropped() -> None:
    row = (
        "<InvoiceHistoryItem><InvoiceNumber>1</InvoiceNumber><CustomerNumber>10025</CustomerNumber>"
        '<TotalPrice xsi:nil="true"/><TotalOutstanding>5</TotalOutstanding></InvoiceHistoryItem>'
    )

    answer = await listed(reply(page(row, '<InvoiceHistoryItem xsi:nil="true"/>')))

    (invoice,) = answer.invoices
    assert (invoice.total, invoice.amount_paid, invoice.issue_date) == (None, None, None)
    assert (answer.row_count, answer.notes) == (2, [Note("RECORD_DROPPED", actual="1")])


@pytest.mark.parametrize("orders", ["", "<Orders/>", '<Orders xsi:nil="true"/>'])
async def test_every_form_of_an_empty_history_is_no_invoices(orders: str) -> None:
    answer_ = await listed(reply(answer(f"{orders}{ECHO}")))

    assert (answer_.invoices, answer_.row_count, answer_.total_pages) == ([], 0, None)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (fault("soap:Client"), SourceRejected),
        (fault("soap:Server"), SourceRejected),
        (fault("soap:VersionMismatch"), SourceProtocolError),
        (reply(answer("<ErrorCode>E17</ErrorCode><ErrorDescription>Debtor 10025</ErrorDescription>")), SourceRejected),
        (reply(answer("<ErrorDescription>Debtor 10025 is blocked</ErrorDescription><Orders/>")), SourceRejected),
        (reply(page(ROW), status=500), SourceUnavailable),
        (httpx.Response(500, html="<h1>Error</h1>"), SourceUnavailable),
        (httpx.Response(200, html="<h1>Welcome</h1>"), SourceProtocolError),
        (httpx.Response(200, headers={"Content-Type": "text/xml"}, content=b""), SourceProtocolError),
        (reply(answer("")), SourceProtocolError),
        (reply(f'<GetInvoiceHistoryResponse xmlns="{NAMESPACE}"/>'), SourceProtocolError),
        (reply("<GetInvoiceResponse/>"), SourceProtocolError),
        (reply(page("<Order/>")), SourceProtocolError),
        (reply(page("none")), SourceProtocolError),
        (reply(page(ROW).replace(">0070145<", "><b/><")), SourceProtocolError),
        (reply(page(ROW).replace(">10025<", ">999<", 2)), SourceProtocolError),
    ],
)
async def test_what_is_no_page_is_the_error_that_it_stands_for(
    told: httpx.Response, expected: type[SourceError]
) -> None:
    with pytest.raises(expected) as caught:
        await listed(told)

    assert "Debtor" not in caught.value.message


@pytest.mark.parametrize("code", ["<ErrorCode>0</ErrorCode>", '<ErrorCode xsi:nil="true"/>', "<ErrorCode/>"])
async def test_no_error_code_and_zero_are_success(code: str) -> None:
    assert len((await listed(reply(page(ROW, rest=code)))).invoices) == 1


async def test_no_cut_of_a_page_gives_a_smaller_one() -> None:
    whole = envelope(page(ROW))

    for end in range(0, len(whole), 7):
        with pytest.raises(SourceProtocolError):
            await listed(httpx.Response(200, headers={"Content-Type": "text/xml"}, content=whole[:end]))


async def test_an_account_with_a_context_is_not_asked_about_without_it() -> None:
    script = Script(reply(page(ROW)))
    of = msgspec.structs.replace(ACCOUNT, context=(("divisionCode", "200"),))

    with pytest.raises(SourceRejected):
        await shop(script).list_invoices(ListQuery(account=of, fields=frozenset()), operation())

    assert script.requests == []


async def test_the_configured_credential_goes_with_the_call() -> None:
    script = Script(reply(page()))
    key = {"method": "header", "name": "X-Api-Key", "value": "k-123"}

    await shop(script, authentication=key).list_invoices(QUERY, operation())

    assert script.requests[0].headers["X-Api-Key"] == "k-123"
