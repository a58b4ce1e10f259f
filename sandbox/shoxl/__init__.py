"""Shoxl's ERP connector, in which the ERP is the server: the shop of the books, over REST and SOAP."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.books import Books
from sandbox.faults import Switchboard
from sandbox.shoxl.history import PAGE_SIZE, History
from sandbox.shoxl.rest import Rest
from sandbox.shoxl.soap import NAMESPACE, Soap

__all__ = ["emulator"]


def emulator(books: Books, board: Switchboard, *, page_size: int = PAGE_SIZE, namespace: str = NAMESPACE) -> ASGIApp:
    """The connector over the books: `/Shoxl/v1/...` as JSON, `/Shoxl/ShoxlService` as SOAP, one data set under both."""
    history = History(books, board, page_size)
    rest, soap = Rest(history), Soap(history, namespace)
    return Starlette(
        routes=[
            Route("/Shoxl/v1/GetInvoiceHistory", rest.invoice_history, methods=["POST"]),
            Route("/Shoxl/v1/GetInvoice", rest.invoice, methods=["POST"]),
            Route("/Shoxl/ShoxlService", soap.answer, methods=["POST"]),
            Route("/Shoxl/documents/{number}.pdf", rest.document),
        ]
    )
