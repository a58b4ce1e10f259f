"""SOAP: what is sent, what is taken for an answer, and what never is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from lxml import etree

from resolvers.model.errors import SourceError, SourceProtocolError, SourceUnavailable
from resolvers.transport.failures import SourceBusy
from resolvers.transport.messages import UpstreamReply
from resolvers.transport.soap import SoapFault, SoapService
from tests.transport.calls import Scripted, call, operation, transport

WSDL = Path(__file__).with_name("shop.wsdl")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SHOP = SoapService("shop", WSDL)
XML = "text/xml; charset=utf-8"
ENVELOPE = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">{}</s:Envelope>'
BODY = ENVELOPE.format("<s:Body>{}</s:Body>")
LOCKED = BODY.format("<s:Fault><faultstring>Locked</faultstring></s:Fault>")
INVALID = BODY.format(
    "<s:Fault><faultcode>s:Client</faultcode><faultstring>System.Web: Invalid\n at C:\\x</faultstring><detail>"
    '<InvalidCredentialsExceptionInfo xmlns="urn:x"><XWebException><Message>Invalid Credentials Supplied</Message>'
    "</XWebException></InvalidCredentialsExceptionInfo></detail></s:Fault>"
)


def answer(content: str, status: int = 200, content_type: str = XML) -> UpstreamReply:
    """A reply as the transport hands it over."""
    return UpstreamReply(status=status, headers=httpx.Headers({"Content-Type": content_type}), content=content.encode())


def test_a_request_is_written_by_the_wsdl() -> None:
    header = etree.fromstring('<Token xmlns="http://shop.test/">guid</Token>')

    request = SHOP.request("ListInvoices", {"Customer": "a<b", "Page": 2}, path="shop.asmx", header=header)

    root = etree.fromstring(request.content)
    assert (request.method, request.path, sorted(request.accept)) == ("POST", "shop.asmx", [200, 500])
    assert request.headers == {"Content-Type": XML, "SOAPAction": '"http://shop.test/ListInvoices"'}
    assert root.findtext(".//{http://shop.test/}Customer") == "a<b"
    assert root.findtext(".//{http://shop.test/}Page") == "2"
    assert root.findtext("{*}Header/{http://shop.test/}Token") == "guid"


def test_an_installation_may_spell_the_namespace_otherwise() -> None:
    service = SoapService("shop", WSDL, namespaces={"http://shop.test/": "http://shop.test"})

    root = etree.fromstring(service.envelope("ListInvoices", {"Customer": "1"}))

    assert root.findtext(".//{http://shop.test}Customer") == "1"


@pytest.mark.parametrize("arguments", [{}, {"Customer": "1", "Nobody": 1}])
def test_arguments_that_do_not_fit_are_not_sent(arguments: dict[str, object]) -> None:
    with pytest.raises(SourceProtocolError):
        SHOP.envelope("ListInvoices", arguments)


@pytest.mark.parametrize("namespace", ["", "http://shop.test/", "urn:other"])
def test_the_answer_is_taken_out_of_its_envelope_in_whatever_namespace(namespace: str) -> None:
    content = f'<ListInvoicesResponse xmlns="{namespace}"><Result><No>0070145</No></Result></ListInvoicesResponse>'

    body = SHOP.body(answer(BODY.format(content)), "ListInvoices")

    assert body.header is None
    assert body.result.findtext("{*}Result/{*}No") == "0070145"


def test_the_header_is_handed_over() -> None:
    content = "<s:Header><Token>guid</Token></s:Header><s:Body><ListInvoicesResponse/></s:Body>"

    header = SHOP.body(answer(ENVELOPE.format(content)), "ListInvoices").header

    assert header is not None
    assert header.findtext("Token") == "guid"


def test_an_answer_is_of_the_charset_of_its_content_type_where_it_names_no_encoding() -> None:
    content = BODY.format("<ListInvoicesResponse><No>é</No></ListInvoicesResponse>").encode("iso-8859-1")
    headers = httpx.Headers({"Content-Type": 'text/xml; action="x"; Charset="ISO-8859-1"'})

    body = SHOP.body(UpstreamReply(status=200, headers=headers, content=content), "ListInvoices")

    assert body.result.findtext("No") == "é"


@pytest.mark.parametrize("status", [200, 500])
def test_a_fault_is_a_fault_with_either_status(status: int) -> None:
    with pytest.raises(SoapFault) as raised:
        SHOP.body(answer(INVALID, status), "ListInvoices")

    fault = raised.value
    assert (fault.code, fault.detail_kind) == ("s:Client", "InvalidCredentialsExceptionInfo")
    assert fault.detail_message == "Invalid Credentials Supplied"
    assert "System.Web" not in str(fault)


@pytest.mark.parametrize(
    "content",
    [
        LOCKED,
        LOCKED.replace("</s:Fault>", "<detail/></s:Fault>"),
        LOCKED.replace("<s:Fault>", "<s:Fault><!-- x --><faultcode/>"),
    ],
)
def test_a_bare_fault_is_one_too(content: str) -> None:
    with pytest.raises(SoapFault) as raised:
        SHOP.body(answer(content, 500), "ListInvoices")

    fault = raised.value
    assert (fault.code, fault.string, fault.detail_kind, fault.detail_message) == ("", "Locked", "", "")


WHOLE = BODY.format("<ListInvoicesResponse><total>296.0000</total></ListInvoicesResponse>")


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (answer(""), SourceProtocolError),
        (answer("", 500), SourceUnavailable),
        (answer("<html><body>Runtime Error</body></html>", 500, "text/html"), SourceUnavailable),
        (answer("<html><body>Welcome</body></html>", 200, "text/html"), SourceProtocolError),
        (answer("<html><body>Welcome</body></html>"), SourceProtocolError),
        (answer(WHOLE, 200, "application/octet-stream"), SourceProtocolError),
        (answer(WHOLE, 500), SourceUnavailable),
        (answer(WHOLE[: WHOLE.index("6.0000")]), SourceProtocolError),
        (answer(WHOLE.replace("ListInvoicesResponse", "OtherResponse")), SourceProtocolError),
        (answer(BODY.format("")), SourceProtocolError),
        (answer(BODY.format("<ListInvoicesResponse/><ListInvoicesResponse/>")), SourceProtocolError),
        (answer(BODY.format("<Fault><faultstring>Locked</faultstring></Fault>")), SourceProtocolError),
        (answer(ENVELOPE.format("<s:Body><ListInvoicesResponse/></s:Body>" * 2)), SourceProtocolError),
        (answer(ENVELOPE.format("<Body><ListInvoicesResponse/></Body>")), SourceProtocolError),
        (
            answer(WHOLE.replace("schemas.xmlsoap.org/soap/envelope/", "www.w3.org/2003/05/soap-envelope")),
            SourceProtocolError,
        ),
        (answer("<!DOCTYPE x>" + WHOLE), SourceProtocolError),
    ],
)
def test_what_is_neither_answer_nor_fault_is_an_error(reply: UpstreamReply, error: type[SourceError]) -> None:
    with pytest.raises(error):
        SHOP.body(reply, "ListInvoices")


@pytest.mark.parametrize("content_type", ["", "text/html; charset=utf-8", "text/plain"])
def test_an_envelope_of_a_server_that_does_not_say_what_it_sends_is_one(content_type: str) -> None:
    assert SHOP.body(answer(WHOLE, 200, content_type), "ListInvoices").result.findtext("total") == "296.0000"
    with pytest.raises(SoapFault):
        SHOP.body(answer(LOCKED, 500, content_type), "ListInvoices")


@pytest.mark.parametrize("content", ["<html>", WHOLE])
def test_a_500_without_a_fault_may_say_when_to_come_back(content: str) -> None:
    service = SoapService("shop", WSDL, now=lambda: NOON)
    reply = answer(content, 500, "text/html" if content == "<html>" else XML)
    reply.headers["Retry-After"] = "Thu, 01 Jan 2026 12:00:30 GMT"

    with pytest.raises(SourceBusy) as raised:
        service.body(reply, "ListInvoices")

    assert raised.value.retry_after_seconds == 30


async def test_an_error_page_is_asked_again_on_the_way_and_a_fault_is_not() -> None:
    page = httpx.Response(500, headers={"Content-Type": "text/html"}, content=b"<html>")
    engine = Scripted(page, httpx.Response(500, headers={"Content-Type": XML}, content=LOCKED.encode()))
    request = SHOP.request("ListInvoices", {"Customer": "1"}, path="shop.asmx")

    reply = await transport(engine).send(request, call(), operation())

    assert len(engine.requests) == 2
    with pytest.raises(SoapFault):
        SHOP.body(reply, "ListInvoices")
