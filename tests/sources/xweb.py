"""A small netFORUM for the tests: it hands out tokens, takes the ones it is told to, and counts what it is asked."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
from lxml import etree

from resolvers.model.source import InvoiceSource
from resolvers.sources import netforum
from tests.sources.upstream import SAMPLES, Clock, transport

KEY = "cec29726-4a26-4c07-9162-048020e42241"
LIST = "WEBCentralizedShoppingCartOpenInvoiceGetList"
SAMPLE = (SAMPLES / "netforum_open_invoices.xml").read_bytes()

_ENVELOPE = (
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header>{header}</soap:Header>'
    "<soap:Body>{body}</soap:Body></soap:Envelope>"
)
_TOKEN = '<AuthorizationToken xmlns="http://www.avectra.com/2005/"><Token>{token}</Token></AuthorizationToken>'


def xml(content: str | bytes, status: int = 200) -> httpx.Response:
    """A reply of the vendor's content type."""
    return httpx.Response(status, headers={"Content-Type": "text/xml; charset=utf-8"}, content=content)


def logged_in(token: str, result: str = "http://www.avectra.com/2005/") -> httpx.Response:
    """A login's reply: the token in the header, the namespace's name as the result."""
    result = f"<AuthenticateResult>{result}</AuthenticateResult>"
    body = f'<AuthenticateResponse xmlns="http://www.avectra.com/2005/">{result}</AuthenticateResponse>'
    return xml(_ENVELOPE.format(header=_TOKEN.format(token=token) if token else "", body=body))


def listed(rows: str = "", count: int | None = None, token: str = "") -> httpx.Response:
    """A list's reply with these rows, and a token for the next call if one is given."""
    stated = "" if count is None else f' recordReturn="{count}"'
    result = f"<{LIST}Result><Results{stated}>{rows}</Results></{LIST}Result>"
    body = f'<{LIST}Response xmlns="http://www.avectra.com/2005/">{result}</{LIST}Response>'
    return xml(_ENVELOPE.format(header=_TOKEN.format(token=token) if token else "", body=body))


def fault(text: str, kind: str = "", status: int = 500, token: str = "") -> httpx.Response:
    """A fault, and a token for the next call if one is given.

    Without a kind it has neither code nor detail, as the vendor's bare `Locked`.
    """
    said = f"<faultstring>{text}</faultstring>"
    if kind:
        detail = f"<XWebException><Message>{text}</Message></XWebException>"
        said = f"<faultcode>soap:Client</faultcode>{said}<detail><{kind}>{detail}</{kind}></detail>"
    header = _TOKEN.format(token=token) if token else ""
    return xml(_ENVELOPE.format(header=header, body=f"<soap:Fault>{said}</soap:Fault>"), status)


def row(key: str, total: str = "10.00") -> str:
    """A row that is not paid."""
    values = {"inv_key": key, "inv_total": total, "inv_paid": "0", "inv_balance": total}
    return f"<Result>{''.join(f'<{name}>{value}</{name}>' for name, value in values.items())}</Result>"


class XWeb:
    """Logs in as token-1, token-2, ... and answers a list call with `answer(token)`."""

    def __init__(self, answer: Callable[[str], httpx.Response] = lambda _token: listed()) -> None:
        self.answer = answer
        self.login: Callable[[int], httpx.Response] = _accepted
        self.logins = 0
        self.tokens: list[str] = []
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.headers["SOAPAction"].endswith('/Authenticate"'):
            self.logins += 1
            return self.login(self.logins)
        token = etree.fromstring(request.content).findtext(".//{http://www.avectra.com/2005/}Token")
        self.tokens.append(token or "")
        return self.answer(token or "")


def _accepted(number: int) -> httpx.Response:
    return logged_in(f"token-{number}")


def source(upstream: XWeb, clock: Clock | None = None, **settings: object) -> InvoiceSource:
    """A netFORUM source in front of it."""
    given = {
        "base_url": "http://dues.test/xweb",
        "username": "xweb",
        "password": "secret-word",
        "max_concurrency": 50,
        **settings,
    }
    made = netforum.SETTINGS.model_validate(given)
    return netforum.build("dues", made, transport("dues", made, upstream), clock or Clock())


def json_reply(content: object, status: int = 200, header: str = "") -> httpx.Response:
    """A JSON reply; bytes are sent as they are. `header` is what brings a token."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"} | ({"WWW-Authenticate": header} if header else {})
    return httpx.Response(status, headers=headers, content=body)


def rows(*keys: str) -> dict[str, object]:
    """A list's result with a row for each key."""
    values = {"inv_total": "10.00", "inv_paid": "0.00", "inv_balance": "10.00", "inv_amount_due": "10.00"}
    return {"Results": {"@recordReturn": str(len(keys)), "Result": [{"inv_key": key, **values} for key in keys]}}


class XJson:
    """The same over JSON: hands out token-1, token-2, ..., and answers a call with `answer(what the caller showed)`."""

    def __init__(self, answer: Callable[[str], httpx.Response] = lambda _token: json_reply(rows())) -> None:
        self.answer = answer
        self.login: Callable[[int], httpx.Response] = lambda number: json_reply(
            {}, header=f"Bearer token = token-{number}"
        )
        self.logins = 0
        self.authorizations: list[str] = []
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.path.endswith("/Authenticate"):
            self.logins += 1
            return _copy(self.login(self.logins))
        self.authorizations.append(request.headers["Authorization"])
        return _copy(self.answer(request.headers["Authorization"].partition(" ")[2]))


def _copy(reply: httpx.Response) -> httpx.Response:
    """A reply that nobody has read yet."""
    return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)


def json_source(upstream: XJson, clock: Clock | None = None, **settings: object) -> InvoiceSource:
    """A netFORUM source that speaks JSON in front of it."""
    given = {
        "base_url": "http://dues.test/xweb",
        "protocol": "json",
        "username": "xweb",
        "password": "secret-word",
        "max_concurrency": 50,
        "retries": 0,
        **settings,
    }
    made = netforum.SETTINGS.model_validate(given)
    return netforum.build("dues", made, transport("dues", made, upstream), clock or Clock())
