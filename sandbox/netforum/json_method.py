"""netFORUM's JSON door: /xWeb/JSON/<method>, with Basic credentials or the token of the answer before.

The token comes back in `WWW-Authenticate: Bearer token = <guid>`. How errors are told is not documented: a guess. So
is a login's result, which is the one over SOAP without the response around it, as a list's `Results` is.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from sandbox.faults import call_in_hand
from sandbox.netforum.methods import LIST, OPERATIONS
from sandbox.netforum.records import JSON
from sandbox.netforum.sessions import Refusal
from sandbox.netforum.soap import NAMESPACE
from sandbox.netforum.tree import Node, to_json
from sandbox.netforum.xweb import Request, Xweb
from sandbox.samples import sample

# The customer of the vendor's printed sample, which is not JSON: a comma is missing, another is too many.
SAMPLE_CUSTOMER = "dbe1371c-1731-4f87-a2e6-07c1b99c672a"

_UNAUTHORISED = frozenset(
    {"InvalidCredentialsExceptionInfo", "LockedCredentialsExceptionInfo", "InvalidTokenException"}
)


async def json_method(http: HttpRequest, operation: str, xweb: Xweb) -> Response:
    """The answer to one call of a method by its name."""
    call = call_in_hand(http.scope)
    call.operation = operation
    try:
        arguments = await _arguments(http, operation)
        address = http.client.host if http.client else ""
        if operation == "Authenticate":
            token = xweb.sessions.log_in(arguments.get("userName", ""), arguments.get("password", ""), address)
            return _json(to_json(NAMESPACE), token)
        if operation not in OPERATIONS:
            return _json(to_json({"Message": f"{operation} Web Service method name is not valid."}), status=404)
        request = Request(operation, lambda name: arguments.get(name, ""), address, http.url.path, call)
        token = _admitted(http.headers.get("authorization", ""), xweb, address)
        result = xweb.perform(request, token, JSON)
        renewed = xweb.sessions.renew(token)
        if operation == LIST and call.account == SAMPLE_CUSTOMER:
            return _json(sample("netforum_open_invoices.json"), renewed)
        return _json(to_json(_keyed(result)), renewed)
    except Refusal as refusal:
        status = 401 if refusal.detail in _UNAUTHORISED else refusal.status
        return _json(to_json({"Message": refusal.message}), refusal.token, status)


def _keyed(result: Node | None) -> Node:
    """The result as the object that JSON needs at its top."""
    return result if isinstance(result, dict) else {}


async def _arguments(http: HttpRequest, operation: str) -> dict[str, str]:
    if http.method == "GET":
        return dict(http.query_params)
    try:
        document: Any = json.loads(await http.body() or b"{}")
    except ValueError as error:
        raise Refusal("Invalid Parameters.", "SystemExceptionInfo") from error
    named = document.get(operation, document) if isinstance(document, dict) else {}
    return {name: str(value) for name, value in named.items()} if isinstance(named, dict) else {}


def _admitted(authorization: str, xweb: Xweb, address: str) -> str:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Refusal("Invalid Credentials Supplied", "InvalidCredentialsExceptionInfo") from error
    return xweb.sessions.log_in(user, password, address)


def _json(content: str | bytes, token: str = "", status: int = 200) -> Response:
    headers = {"WWW-Authenticate": f"Bearer token = {token}"} if token else {}
    return Response(content, status, headers, media_type="application/json")
