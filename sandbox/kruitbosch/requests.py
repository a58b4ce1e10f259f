"""Which of Kruitbosch's services a call means, and with which parameters, by route, query and body."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl

from lxml import etree
from starlette.requests import Request

from sandbox.kruitbosch.sessions import ServiceError

Service = Literal["Authenticate", "OutstandingInvoices", "InvoicesOverview"]

_ROUTES: tuple[tuple[Service, str], ...] = (
    ("Authenticate", r"/auth(?:/(?P<provider>\w+))?"),
    ("Authenticate", r"/(?:json|xml|csv)/reply/Authenticate"),
    ("OutstandingInvoices", r"/(?:json|xml|csv)/reply/OutstandingInvoices"),
    ("InvoicesOverview", r"/(?:json|xml|csv)/reply/InvoicesOverview"),
    ("OutstandingInvoices", r"/Customer/OutstandingInvoices"),
    ("OutstandingInvoices", r"/Customer/OutstandingInvoices/(?P<invoicenumber>[^/]+)"),
    ("OutstandingInvoices", r"/Customer/(?P<customernumber>[^/]+)/OutstandingInvoices"),
    ("InvoicesOverview", r"/Customer/Invoice/Overview(?:/(?P<page>[^/]+))?"),
    ("InvoicesOverview", r"/Customer/(?P<customernumber>[^/]+)/Invoice/Overview(?:/(?P<page>[^/]+))?"),
)
_COMPILED = tuple((service, re.compile(pattern, re.IGNORECASE)) for service, pattern in _ROUTES)
_SUFFIX = re.compile(r"\.(json|xml|csv)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Operation:
    """A service and its request's properties, by their names in small letters."""

    service: Service
    parameters: dict[str, str]

    def text(self, name: str) -> str:
        """A property; "" where it was not sent."""
        return self.parameters.get(name.lower(), "")

    def number(self, name: str, default: int) -> int:
        """An int? property. Raises ServiceError for what is no number."""
        text = self.text(name)
        if not text:
            return default
        if not re.fullmatch(r"-?\d{1,9}", text):
            raise ServiceError(400, "SerializationException", f"Unable to bind to request: {name}")
        return int(text)


async def operation_of(request: Request) -> Operation:
    """The operation that a call means. Raises ServiceError for no route, the wrong verb and an unreadable body."""
    path = _SUFFIX.sub("", request.scope["path"]).rstrip("/")
    for service, pattern in _COMPILED:
        match = pattern.fullmatch(path)
        if match is None:
            continue
        if request.method != "GET" and service != "Authenticate" and "/reply/" not in path.lower():
            raise ServiceError(405, "NotSupportedException", "The operation is not supported.")
        found = {name: text for name, text in match.groupdict().items() if text}
        # A query parameter wins over the path's variable of the same name: that is how ServiceStack binds.
        found |= {name.lower(): text for name, text in request.query_params.items()}
        found |= _parsed(await request.body(), request.headers.get("content-type", ""))
        return Operation(service, found)
    raise ServiceError(404, "NotFound", "Handler for request not found")


def _parsed(body: bytes, content_type: str) -> dict[str, str]:
    if not body:
        return {}
    try:
        if "xml" in content_type:
            root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
            return {etree.QName(member).localname.lower(): member.text or "" for member in root}
        if "json" in content_type:
            document: Any = json.loads(body)
            return {str(name).lower(): str(value) for name, value in document.items() if value is not None}
    except (ValueError, AttributeError, etree.XMLSyntaxError) as error:
        raise ServiceError(400, "SerializationException", "Unable to bind request") from error
    return {name.lower(): text for name, text in parse_qsl(body.decode("utf-8", "replace"))}
