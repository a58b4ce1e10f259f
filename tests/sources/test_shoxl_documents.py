"""Shoxl's documents: by the link of the history, else out of GetInvoice's answer."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import httpx
import msgspec
import pytest

from resolvers.model.customer import Account
from resolvers.model.document import DocumentSource
from resolvers.model.errors import SourceError, SourceProtocolError, SourceRejected
from resolvers.sources import shoxl
from resolvers.sources.shoxl.client import ShoxlSource
from sandbox import pdf
from tests.sources.test_shoxl_soap import NAMESPACE
from tests.sources.test_shoxl_soap import page as soap_page
from tests.sources.test_shoxl_soap import reply as soap_reply
from tests.sources.upstream import NOON, account, operation, transport

ACCOUNT = account("here", "10025")
PDF = pdf.document("Invoice 1")
ENCODED = b64encode(PDF).decode()


class Shop:
    """A REST server: rows on pages of one, documents by GET, and `embedded` as the answer of GetInvoice."""

    def __init__(self, *rows: dict[str, Any], embedded: dict[str, Any] | None = None) -> None:
        self.rows, self.embedded = rows, embedded
        self.requests: list[httpx.Request] = []

    def asked(self, ending: str) -> list[httpx.Request]:
        return [request for request in self.requests if request.url.path.endswith(ending)]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.method == "GET":
            return httpx.Response(200, headers={"Content-Type": "application/pdf"}, content=PDF)
        if request.url.path.endswith("/GetInvoice"):
            return httpx.Response(200, json=self.embedded)
        number = msgspec.json.decode(request.content)["pageNumber"]
        return httpx.Response(200, json={"orders": self.rows[number - 1 : number], "totalPages": len(self.rows)})


def source(upstream: Any, **settings: Any) -> ShoxlSource:
    read = shoxl.SETTINGS.model_validate({"base_url": "http://erp.test/Shoxl", "retries": 0} | settings)
    return ShoxlSource("here", read, transport("here", read, upstream), lambda: NOON)


def row(number: str, **members: object) -> dict[str, object]:
    return {"invoiceNumber": number, "customerNumber": "10025", **members}


async def document(of: DocumentSource, number: str, asker: Account = ACCOUNT) -> bytes | None:
    found = await of.fetch_document(asker, number, operation())
    return None if found is None else found.content


async def test_a_link_is_followed_with_our_credential_and_the_invoice_found_by_walking() -> None:
    upstream = Shop(row("1"), row("2", downloadablePdfUri="/pdf/2?token=x"))
    key = {"method": "header", "name": "X-Api-Key", "value": "k-123"}

    assert await document(source(upstream, authentication=key), "2") == PDF

    assert len(upstream.asked("GetInvoiceHistory")) == 2
    (link,) = upstream.asked("/pdf/2")
    assert (str(link.url), link.headers["X-Api-Key"]) == ("http://erp.test/pdf/2?token=x", "k-123")


async def test_a_link_to_another_host_is_refused_and_not_replaced_by_a_call() -> None:
    upstream = Shop(row("1", downloadablePdfUri="http://evil.test/pdf/1"), embedded={"invoicePDF": ENCODED})

    with pytest.raises(SourceProtocolError):
        await document(source(upstream), "1")

    assert {request.url.host for request in upstream.requests} == {"erp.test"}
    assert upstream.asked("/GetInvoice") == []


@pytest.mark.parametrize("link", [None, "", " "])
async def test_without_a_link_the_document_is_in_get_invoices_answer(link: str | None) -> None:
    upstream = Shop(
        row("1", downloadablePdfUri=link, customerNumber="P-7"),
        embedded={"InvoicePDF": f" {ENCODED[:9]}\n{ENCODED[9:]}"},
    )
    of = msgspec.structs.replace(ACCOUNT, context=(("divisionCode", "200"),))

    assert await document(source(upstream), "1", of) == PDF

    (asked,) = upstream.asked("/v1/GetInvoice")
    assert msgspec.json.decode(asked.content) == {
        "invoiceNumber": "1",
        "customerNumber": "P-7",
        "context": {"divisionCode": "200"},
    }


async def test_an_invoice_that_the_history_does_not_have_has_no_document() -> None:
    upstream = Shop(row("1"), embedded={"invoicePDF": ENCODED})

    assert await document(source(upstream), "9") is None

    assert upstream.asked("/GetInvoice") == []


async def test_an_answer_without_a_document_is_none() -> None:
    assert await document(source(Shop(row("1"), embedded={"errorCode": None, "invoicePDF": None})), "1") is None


@pytest.mark.parametrize(
    ("embedded", "expected"),
    [
        ({"errorCode": "INVOICE_UNKNOWN", "invoicePDF": None}, SourceRejected),
        ({"errorDescription": "The archive is closed", "invoicePDF": None}, SourceRejected),
        ({"invoicePDF": "%PDF-1.4"}, SourceProtocolError),
        ({"invoicePDF": b64encode(b"<html/>").decode()}, SourceProtocolError),
        ({"invoicePDF": b64encode(PDF[:100]).decode()}, SourceProtocolError),
        ({"invoicePDF": {"content": ENCODED}}, SourceProtocolError),
        ({"invoicePDF": ENCODED, "request": {"invoiceNumber": "2"}}, SourceProtocolError),
        ({"message": "no"}, SourceProtocolError),
    ],
)
async def test_an_answer_that_holds_no_pdf_is_an_error(embedded: dict[str, Any], expected: type[SourceError]) -> None:
    with pytest.raises(expected):
        await document(source(Shop(row("1"), embedded=embedded)), "1")


async def test_an_error_of_get_invoice_may_come_with_another_status_than_200() -> None:
    history = Shop(row("1"))

    def upstream(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/GetInvoice"):
            return httpx.Response(404, json={"errorCode": "INVOICE_UNKNOWN", "invoicePDF": None})
        return history(request)

    with pytest.raises(SourceRejected):
        await document(source(upstream), "1")


async def test_over_soap_the_document_is_in_get_invoices_answer_too() -> None:
    actions: list[str] = []
    bare = "<InvoiceHistoryItem><InvoiceNumber>1</InvoiceNumber></InvoiceHistoryItem>"
    found = (
        f'<GetInvoiceResponse xmlns="{NAMESPACE}"><GetInvoiceResult><InvoicePDF>{ENCODED}</InvoicePDF>'
        "<Request><InvoiceNumber>1</InvoiceNumber></Request></GetInvoiceResult></GetInvoiceResponse>"
    )

    def upstream(request: httpx.Request) -> httpx.Response:
        actions.append(request.headers["SOAPAction"].rpartition("/")[2].strip('"'))
        history = soap_page(bare).replace("<PageNumber>2<", "<PageNumber>1<")
        return soap_reply(found if actions[-1] == "GetInvoice" else history)

    assert await document(source(upstream, protocol="soap"), "1") == PDF

    assert actions == ["GetInvoiceHistory", "GetInvoice"]
