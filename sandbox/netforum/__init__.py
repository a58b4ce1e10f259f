"""netFORUM xWeb (Enterprise), emulated: SOAP 1.1 and the JSON method over one set of members' invoices.

Written from the vendor's pages, the 2010 WSDL and captured answers. User `xweb`, password `sandbox`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.books import Books
from sandbox.faults import Switchboard
from sandbox.netforum.json_method import json_method
from sandbox.netforum.methods import Methods, Style
from sandbox.netforum.sessions import PASSWORD, USER, Sessions, TokenMode
from sandbox.netforum.soap import soap, wsdl
from sandbox.netforum.xweb import Xweb

__all__ = ["PASSWORD", "USER", "Settings", "emulator"]

_SOAP_PATH = "/xweb/secure/netforumxml.asmx"
_JSON_PATH = "/xweb/json/"


@dataclass(frozen=True, slots=True)
class Settings:
    """How the tenant is configured."""

    tokens: TokenMode = "absolute"
    style: Style = "plain"
    clock: Callable[[], float] = time.time


def emulator(books: Books, board: Switchboard, settings: Settings | None = None) -> ASGIApp:
    """The application that answers as the association's netFORUM."""
    settings = settings or Settings()
    xweb = Xweb(board, Sessions(settings.tokens, settings.clock, board.charged), Methods(books, settings.style))

    async def door(request: Request) -> Response:
        # IIS does not tell capitals from small letters; the vendor's own pages write /xweb and /xWeb.
        path = request.url.path.lower()
        if path == _SOAP_PATH and request.method == "POST":
            return await soap(request, xweb)
        if path == _SOAP_PATH and request.url.query.lower() == "wsdl":
            return wsdl(request)
        if path.startswith(_JSON_PATH):
            return await json_method(request, request.url.path[len(_JSON_PATH) :], xweb)
        return PlainTextResponse("The resource cannot be found.", 404)

    return Starlette(routes=[Route("/{path:path}", door, methods=["GET", "POST"])])
