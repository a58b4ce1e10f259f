"""Shoxl over SOAP 1.1: both methods in PascalCase, document style, in the namespace of the vendor's page."""

from __future__ import annotations

import base64

from lxml import etree
from starlette.requests import Request
from starlette.responses import Response

from sandbox.books import Invoice
from sandbox.faults import call_in_hand
from sandbox.shoxl.history import History, Page, date_text, document_address, invoice_pdf, note

NAMESPACE = "http://shoxl.com/ShoxlService"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
METHODS = ("GetInvoiceHistory", "GetInvoice")


class Soap:
    """The SOAP endpoint over the history. What is in another namespace than its own is not there, as .NET has it."""

    def __init__(self, history: History, namespace: str) -> None:
        self._history = history
        self._namespace, self._tns = namespace, f"{{{namespace}}}"

    async def answer(self, request: Request) -> Response:
        """One SOAP call; what is none of the methods is a fault with HTTP 500."""
        action = request.headers.get("soapaction", "").strip('"')
        method = action.replace(f"{NAMESPACE}//", f"{NAMESPACE}/").removeprefix(f"{NAMESPACE}/")
        if method not in METHODS:
            return _fault("soap:Client", f"Server did not recognize the value of HTTP Header SOAPAction: {action}.")
        try:
            root = etree.fromstring(await request.body(), _parser())
        except etree.XMLSyntaxError:
            return _fault("soap:Client", "The request is not well-formed XML.")
        asked = root.find(f"{{{ENVELOPE}}}Body/{self._tns}{method}/{self._tns}request")
        if asked is None:
            return _fault("soap:Server", "Object reference not set to an instance of an object.")
        if method == "GetInvoice":
            return self._invoice(request, asked)
        return self._invoice_history(request, asked, action)

    def _invoice_history(self, request: Request, asked: etree._Element, action: str) -> Response:
        account_number, number = self._text(asked, "AccountNumber"), self._text(asked, "PageNumber")
        if not account_number or (number is not None and not number.strip().lstrip("-").isdigit()):
            return _fault("soap:Client", "Server was unable to read request.")
        page_number = int(number) if number else 1
        note(call_in_hand(request.scope), "GetInvoiceHistory", account_number, page_number)
        page = self._history.page(account_number, page_number, self._history.fault(f"{request.url.path} {action}"))
        if page.status == 500:
            return _fault("soap:Server", page.error_description or "")
        return self._response(page, account_number, number, f"{request.base_url}Shoxl/documents")

    def _invoice(self, request: Request, asked: etree._Element) -> Response:
        number, customer_number = self._text(asked, "InvoiceNumber"), self._text(asked, "CustomerNumber")
        if not number or not customer_number:
            return _fault("soap:Client", "Server was unable to read request.")
        call = call_in_hand(request.scope)
        note(call, "GetInvoice", customer_number, None)
        call.ids = [number]
        body, result = self._result("GetInvoice")
        found = self._history.invoice(customer_number, number)
        if found is None:
            _child(result, "ErrorCode", "INVOICE_UNKNOWN")
            _child(result, "ErrorDescription", "INVOICE_UNKNOWN")
        else:
            _child(result, "InvoicePDF", base64.b64encode(invoice_pdf(found)).decode())
        echo = _child(result, "Request")
        _child(echo, "InvoiceNumber", number)
        _child(echo, "CustomerNumber", customer_number)
        return _envelope(body, 200)

    def _response(self, page: Page, account_number: str, number: str | None, documents: str) -> Response:
        body, result = self._result("GetInvoiceHistory")
        if page.is_error:
            if page.error_code:
                _child(result, "ErrorCode", page.error_code)
            _child(result, "ErrorDescription", page.error_description)
        else:
            orders = _child(result, "Orders")
            for invoice in page.invoices:
                _item(_child(orders, "InvoiceHistoryItem"), invoice, documents)
        echo = _child(result, "Request")
        _child(echo, "AccountNumber", account_number)
        if number is not None:
            _child(echo, "PageNumber", number)
        _child(result, "TotalPages", str(page.total_pages))
        return _envelope(body, 200)

    def _result(self, method: str) -> tuple[etree._Element, etree._Element]:
        body = etree.Element(f"{self._tns}{method}Response", nsmap={"tns": self._namespace})
        return body, _child(body, f"{method}Result")

    def _text(self, asked: etree._Element, name: str) -> str | None:
        return asked.findtext(f"{self._tns}{name}")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)


def _item(item: etree._Element, invoice: Invoice, documents: str) -> None:
    """The elements in the order of the vendor's table."""
    _child(item, "DownloadablePdfUri", document_address(invoice, documents))
    issued = date_text(invoice)
    if issued is not None:
        _child(item, "InvoiceDate", issued if "T" in issued else f"{issued}T00:00:00")
    _child(item, "InvoiceNumber", invoice.number)
    if invoice.order_number:
        _child(item, "OrderNumber", invoice.order_number)
    _child(item, "CustomerNumber", invoice.account_key)
    _child(item, "TotalOutstanding", f"{invoice.balance:f}")
    _child(item, "TotalPrice", invoice.raw.get("TotalPrice", f"{invoice.gross:f}"))


def _child(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, etree.QName(etree.QName(parent).namespace, name))
    child.text = text
    return child


def _fault(code: str, message: str) -> Response:
    fault = etree.Element(f"{{{ENVELOPE}}}Fault", nsmap={"soap": ENVELOPE})
    etree.SubElement(fault, "faultcode").text = code
    etree.SubElement(fault, "faultstring").text = message
    etree.SubElement(fault, "detail")
    return _envelope(fault, 500)


def _envelope(content: etree._Element, status: int) -> Response:
    envelope = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soap": ENVELOPE, "xsi": INSTANCE})
    etree.SubElement(envelope, f"{{{ENVELOPE}}}Body").append(content)
    body = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
    return Response(body, status, media_type="text/xml; charset=utf-8")
