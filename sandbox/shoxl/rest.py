"""Shoxl over REST: camelCase JSON, save for the capital O of OrderNumber, as the vendor's table writes it."""

from __future__ import annotations

import base64
import json

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from sandbox.books import Invoice
from sandbox.faults import call_in_hand
from sandbox.json_text import JsonText, number
from sandbox.shoxl.history import (
    SOURCE,
    History,
    date_text,
    document_address,
    invoice_pdf,
    note,
    outstanding_double,
    reckons_in_doubles,
)


class _BadRequest(Exception):
    """A body that is not what the swagger file describes."""


class Rest:
    """The REST endpoints over the history."""

    def __init__(self, history: History) -> None:
        self._history = history

    async def invoice_history(self, request: Request) -> Response:
        """GetInvoiceHistory: `{"accountNumber", "pageNumber", "context"}` in, a page of invoices out."""
        try:
            asked = _body(await request.body())
            account_number, page_number = _text(asked, "accountNumber"), _page_number(asked)
        except _BadRequest as problem:
            return PlainTextResponse(str(problem), 400)
        note(call_in_hand(request.scope), "GetInvoiceHistory", account_number, page_number)
        page = self._history.page(account_number, page_number, self._history.fault(request.url.path), _division(asked))
        documents = f"{request.base_url}Shoxl/documents"
        return JsonText(
            {
                "errorCode": page.error_code,
                "errorDescription": page.error_description,
                "orders": None if page.is_error else [_item(row, documents) for row in page.invoices],
                "request": asked,
                "totalPages": page.total_pages,
            },
            page.status,
        )

    async def invoice(self, request: Request) -> Response:
        """GetInvoice: the document of one invoice as base64, and nothing else about it."""
        try:
            asked = _body(await request.body())
            invoice_number, customer_number = _text(asked, "invoiceNumber"), _text(asked, "customerNumber")
        except _BadRequest as problem:
            return PlainTextResponse(str(problem), 400)
        call = call_in_hand(request.scope)
        note(call, "GetInvoice", customer_number, None)
        call.ids = [invoice_number]
        found = self._history.invoice(customer_number, invoice_number, _division(asked))
        content = base64.b64encode(invoice_pdf(found)).decode() if found else None
        error = None if found else "INVOICE_UNKNOWN"
        return JsonText({"errorCode": error, "errorDescription": error, "invoicePDF": content, "request": asked})

    async def document(self, request: Request) -> Response:
        """What DownloadablePdfUri leads to."""
        wanted = request.path_params["number"]
        found = self._history.books.find(SOURCE, wanted)
        if found is None:
            return PlainTextResponse("Not Found", 404)
        return Response(invoice_pdf(found), media_type="application/pdf")


def _item(invoice: Invoice, documents: str) -> dict[str, object]:
    total = invoice.raw.get("TotalPrice")
    return {
        "customerNumber": invoice.account_key,
        "downloadablePdfUri": document_address(invoice, documents),
        "invoiceDate": date_text(invoice),
        "invoiceNumber": invoice.number,
        "OrderNumber": invoice.order_number or None,
        "totalOutstanding": outstanding_double(invoice) if reckons_in_doubles(invoice) else invoice.balance,
        "totalPrice": invoice.gross if total is None else number(total),
    }


def _body(text: bytes) -> dict[str, object]:
    try:
        body = json.loads(text)
    except ValueError:
        raise _BadRequest("The request body is not JSON.") from None
    if not isinstance(body, dict):
        raise _BadRequest("The request body is not an object.")
    return body


def _text(body: dict[str, object], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise _BadRequest(f"{name} is required and must be a string.")
    return value


def _division(body: dict[str, object]) -> str | None:
    context = body.get("context")
    division = context.get("divisionCode") if isinstance(context, dict) else None
    return division if isinstance(division, str) and division else None


def _page_number(body: dict[str, object]) -> int:
    value = body.get("pageNumber", 1)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _BadRequest("pageNumber must be an integer.")
    return value
