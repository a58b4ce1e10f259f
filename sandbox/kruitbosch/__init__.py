"""Kruitbosch's ServiceStack portal, emulated: login, OutstandingInvoices and InvoicesOverview, in its formats.

Written from the vendor's metadata pages and ServiceStack's own behaviour. User `webservice`, password `sandbox`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox import pdf
from sandbox.books import Books
from sandbox.faults import Fault, Switchboard, call_in_hand
from sandbox.json_text import JsonText
from sandbox.kruitbosch.formats import Format, Naming, format_of, to_json, written
from sandbox.kruitbosch.invoices import InvoiceRoute, Invoices
from sandbox.kruitbosch.replies import (
    Reply,
    Value,
    document_key,
    invoices_overview,
    outstanding_invoices,
    response_status,
)
from sandbox.kruitbosch.requests import Operation, operation_of
from sandbox.kruitbosch.sessions import GUEST, PASSWORD, ROLES, SOURCE, USER, ServiceError, Session, Sessions
from sandbox.samples import sample

__all__ = ["GUEST", "PASSWORD", "USER", "Settings", "emulator"]

SAMPLE_CUSTOMER = "String"
_EVERYWHERE = frozenset({"expired_token", "error_200", "error_500", "duplicate_rows", "foreign_row"})
_KINDS = {
    "OutstandingInvoices": _EVERYWHERE,
    "InvoicesOverview": _EVERYWHERE | {"short_page", "lying_count", "page_shift"},
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs between versions of the framework and is not said by the vendor; debug adds stack traces.

    `session_in` is where a login's answer has the session: a member of that name, a bare text, or the cookie alone.
    """

    naming: Naming = "pascal"
    unauthenticated: Literal["empty", "status"] = "empty"
    invoice_route: InvoiceRoute = "refused"
    session_in: Literal["SessionId", "SessionToken", "Token", "text", "cookie"] = "SessionId"
    debug: bool = False
    clock: Callable[[], float] = time.time


def emulator(books: Books, board: Switchboard, settings: Settings | None = None) -> ASGIApp:
    """The application that answers as Kruitbosch's portal."""
    portal = _Portal(books, board, settings or Settings())
    return Starlette(
        routes=[
            Route("/login", _login_page),
            Route("/Invoice/Document/{number}", _document),
            Route("/{path:path}", portal.answer, methods=["GET", "POST"]),
        ]
    )


class _Portal:
    def __init__(self, books: Books, board: Switchboard, settings: Settings) -> None:
        self._board = board
        self._settings = settings
        self._sessions = Sessions(books, settings.clock)
        self._invoices = Invoices(books, settings.invoice_route)

    async def answer(self, request: Request) -> Response:
        """The answer to any call."""
        form = format_of(request)
        call = call_in_hand(request.scope)
        try:
            operation = await operation_of(request)
            call.operation = operation.service
            if operation.service == "Authenticate":
                return self._authenticate(request, operation)
            session = self._sessions.of(request)
            if session is None:
                return self._unauthenticated(request, form)
            fault = self._board.take(SOURCE, request.url.path, _KINDS[operation.service])
            if fault and fault.kind == "expired_token":
                self._sessions.expire(session)
                return self._unauthenticated(request, form)
            return self._serve(request, operation, session, fault, form)
        except ServiceError as error:
            readable = "json" if call.operation == "Authenticate" else form
            return self._refused(error, call.operation, readable, error.status)

    def _authenticate(self, request: Request, operation: Operation) -> Response:
        if request.method == "GET":
            current = self._sessions.of(request)
            return self._welcome(current) if current else self._unauthenticated(request, "json")
        session = self._sessions.log_in(operation.text("UserName"), operation.text("Password"))
        response = self._welcome(session)
        response.set_cookie("ss-id", session.id, httponly=True)
        response.set_cookie("ss-pid", session.id[::-1], max_age=20 * 365 * 86400, httponly=True)
        response.set_cookie("ss-opt", "temp", max_age=20 * 365 * 86400, httponly=True)
        return response

    def _welcome(self, session: Session) -> Response:
        """AuthenticateResponse, or what an answer of the portal's own makes of it."""
        told = self._settings.session_in
        if told == "text":
            return JsonText(session.id)
        welcome: dict[str, Value] = {
            "UserId": str(sum(session.user.encode())),
            **({} if told == "cookie" else {told: session.id}),
            "UserName": session.user,
            "DisplayName": session.user.title(),
            "ResponseStatus": {},
        }
        return JsonText(to_json(welcome, self._settings.naming))

    def _serve(
        self, request: Request, operation: Operation, session: Session, fault: Fault | None, form: Format
    ) -> Response:
        if session.role not in ROLES:
            raise ServiceError(403, "Forbidden", "Invalid Role")
        if fault and fault.kind == "error_200":
            return self._refused(ServiceError(500, "SqlException", "Timeout expired."), operation.service, form, 200)
        if fault and fault.kind == "error_500":
            said = "Object reference not set to an instance of an object."
            error = ServiceError(500, "NullReferenceException", said)
            return self._refused(error, operation.service, form, 500, debug=True)
        customer = operation.text("CustomerNumber") or session.customer
        call = call_in_hand(request.scope)
        call.account = customer
        if not session.may_see(customer):
            raise ServiceError(403, "UnauthorizedAccessException", "Attempted to perform an unauthorized operation.")
        if operation.service == "InvoicesOverview":
            call.page = max(operation.number("Page", 1), 1)
            reply = self._invoices.overview(customer, operation, fault, str(request.base_url))
            return written(reply, form, self._settings.naming)
        if customer == SAMPLE_CUSTOMER and form == "xml":
            return Response(sample("kruitbosch_outstanding_invoices.xml"), media_type="application/xml")
        outstanding = self._invoices.outstanding(customer, operation, fault)
        return written(outstanding, form, self._settings.naming) if outstanding else Response(status_code=204)

    def _unauthenticated(self, request: Request, form: Format) -> Response:
        if form == "html":
            return RedirectResponse(f"/login?redirect={quote(str(request.url), safe='')}", 302)
        challenge = {"WWW-Authenticate": 'credentials realm="/auth/credentials"'}
        if self._settings.unauthenticated == "empty":
            return Response(status_code=401, headers=challenge)
        error = ServiceError(401, "Unauthorized", "Not Authenticated")
        response = self._refused(error, "", form, 401)
        response.headers.update(challenge)
        return response

    def _refused(
        self, error: ServiceError, service: str, form: Format, status: int, *, debug: bool = False
    ) -> Response:
        told = response_status(error, debug=debug or self._settings.debug)
        overview = service == "InvoicesOverview"
        reply: Reply = invoices_overview(None, None, told) if overview else outstanding_invoices(None, told)
        return written(reply, "json" if form == "csv" else form, self._settings.naming, status)


async def _login_page(_: Request) -> Response:
    return Response("<!DOCTYPE html><html><title>Inloggen</title><form></form></html>", media_type="text/html")


async def _document(request: Request) -> Response:
    number = request.path_params["number"]
    if request.query_params.get("key") != document_key(number):
        return PlainTextResponse("Not Found", 404)
    return Response(pdf.document("Kruitbosch", f"Factuur {number}"), media_type="application/pdf")
