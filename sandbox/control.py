"""The control application: arms faults, lists the calls that came in, adds invoices, shows what is there."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, fields

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.billing import next_invoice
from sandbox.books import SOURCES, Books
from sandbox.faults import KINDS, MEANING_KINDS, TRANSPORT_KINDS, Fault, Switchboard
from sandbox.json_text import JsonText
from sandbox.page import PAGE_HEADERS, VENDORS, render

FAULT_FIELDS = tuple(field.name for field in fields(Fault))


class _Mistake(Exception):
    """A request to the control application that makes no sense, and why."""


def application(books: Books, board: Switchboard, places: dict[str, str]) -> ASGIApp:
    """The control application; `places` says where every server listens, by its name."""
    control = _Control(books, board, places)
    return Starlette(
        routes=[
            Route("/", control.page),
            Route("/books", control.summary),
            Route("/calls", control.calls, methods=["GET", "DELETE"]),
            Route("/faults", control.faults, methods=["GET", "DELETE"]),
            Route("/faults/{source}", control.fault, methods=["PUT", "DELETE"]),
            Route("/invoices/{source}/{account_key}", control.issue, methods=["POST"]),
            Route("/reset", control.reset, methods=["POST"]),
        ],
        exception_handlers={_Mistake: _explain},
    )


async def _explain(request: Request, mistake: Exception) -> Response:
    return JsonText({"error": str(mistake)}, 400)


class _Control:
    def __init__(self, books: Books, board: Switchboard, places: dict[str, str]) -> None:
        self._books = books
        self._board = board
        self._places = places

    async def page(self, request: Request) -> Response:
        return HTMLResponse(render(self._books, self._places), headers=PAGE_HEADERS)

    async def summary(self, request: Request) -> Response:
        accounts = Counter(account.source for account in self._books.accounts)
        sources = {
            name: {
                "vendor": VENDORS[name],
                "url": self._places[name],
                "accounts": accounts[name],
                "invoices": sum(1 for _ in self._books.of_source(name)),
            }
            for name in SOURCES
        }
        return JsonText({"customers": len(self._books.customers), "sources": sources})

    async def calls(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._board.calls.clear()
            return Response(status_code=204)
        source = request.query_params.get("source")
        return JsonText([asdict(call) for call in self._board.calls if source in (None, call.source)])

    async def faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._board.faults.clear()
            return Response(status_code=204)
        return JsonText({source: asdict(fault) for source, fault in self._board.faults.items()})

    async def fault(self, request: Request) -> Response:
        source = _source(request)
        if request.method == "DELETE":
            self._board.faults.pop(source, None)
            return Response(status_code=204)
        fault = _fault(await request.body())
        if fault.kind not in TRANSPORT_KINDS | MEANING_KINDS[source]:
            raise _Mistake(f"{source} has no way to commit {fault.kind}")
        self._board.faults[source] = fault
        return JsonText(asdict(fault))

    async def issue(self, request: Request) -> Response:
        source, account_key = _source(request), request.path_params["account_key"]
        if self._books.account(source, account_key) is None:
            return JsonText({"error": f"{source} has no account {account_key!r}"}, 404)
        invoice = next_invoice(self._books, source, account_key)
        self._books.issue(invoice)
        told = {"id": invoice.id, "number": invoice.number, "issued": invoice.issued, "gross": str(invoice.gross)}
        return JsonText(told, 201)

    async def reset(self, request: Request) -> Response:
        self._board.reset()
        self._books.restore()
        return Response(status_code=204)


def _source(request: Request) -> str:
    source: str = request.path_params["source"]
    if source not in SOURCES:
        raise _Mistake(f"unknown source {source!r}; there are {', '.join(SOURCES)}")
    return source


def _fault(text: bytes) -> Fault:
    """The fault that a body describes; every mistake is told with what would be right."""
    try:
        given = json.loads(text)
    except ValueError:
        raise _Mistake('the body must be JSON such as {"kind": "slow", "seconds": 2}') from None
    if not isinstance(given, dict) or "kind" not in given:
        raise _Mistake('the body must be an object with a "kind"')
    if given["kind"] not in KINDS:
        raise _Mistake(f"unknown kind {given['kind']!r}; there are {', '.join(sorted(KINDS))}")
    for name in given:
        if name not in FAULT_FIELDS:
            raise _Mistake(f"unknown field {name!r}; there are {', '.join(FAULT_FIELDS)}")
    try:
        fault = msgspec.convert(given, Fault)
    except msgspec.ValidationError as error:
        raise _Mistake(str(error)) from None
    if fault.after < 0 or fault.seconds < 0 or (fault.times is not None and fault.times < 1):
        raise _Mistake("after and seconds must not be negative, times must be at least 1")
    return fault
