"""netFORUM's SOAP 1.1 door: /xweb/secure/netForumXML.asmx, document/literal, told apart by SOAPAction.

Envelopes and faults look like the captures of a real tenant: the token in the answer's header, faults without one. That
a fault brings a sliding token is a guess.
"""

from __future__ import annotations

from importlib.resources import files

from lxml import etree
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from sandbox.faults import call_in_hand
from sandbox.netforum.methods import LIST, OPERATIONS
from sandbox.netforum.records import SOAP
from sandbox.netforum.sessions import Refusal
from sandbox.netforum.tree import Node, to_xml
from sandbox.netforum.xweb import Request, Xweb
from sandbox.samples import sample

NAMESPACE = "http://www.avectra.com/2005/"
SAMPLE_CUSTOMER = "cec29726-4a26-4c07-9162-048020e42241"
SAMPLE_TOKEN = "1be16158-7d91-489a-97c4-fbdbfb0be1d6"

_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_ACTOR = "6476cd99-aa6b-4523-b974-3c378607ddc5"
_TOKEN = f"{{{_ENVELOPE}}}Header/{{{NAMESPACE}}}AuthorizationToken"


async def soap(http: HttpRequest, xweb: Xweb) -> Response:
    """The answer to one SOAP call."""
    operation = http.headers.get("soapaction", "").strip('" ').removeprefix(NAMESPACE)
    call = call_in_hand(http.scope)
    call.operation = operation
    try:
        envelope = _parsed(await http.body())
        body = envelope.find(f"{{{_ENVELOPE}}}Body/{{{NAMESPACE}}}{operation}")

        def argument(name: str) -> str:
            return (body.findtext(f"{{{NAMESPACE}}}{name}") if body is not None else None) or ""

        address = http.client.host if http.client else ""
        where = f"{http.url.path} {http.headers.get('soapaction', '')}"
        if operation == "Authenticate":
            return _log_in(xweb, envelope, argument("userName"), argument("password"), address)
        return _perform(xweb, envelope, Request(operation, argument, address, where, call))
    except Refusal as refusal:
        return _xml(_fault(refusal, operation, str(http.url)), refusal.status)


def wsdl(http: HttpRequest) -> Response:
    """The description of the methods that are emulated, cut down from the vendor's (277 methods, 5.9 MB)."""
    text = files("sandbox.netforum").joinpath("netforum.wsdl").read_text("utf-8")
    location = http.url.replace(query="")
    return _xml(text.replace("%LOCATION%", str(location)))


def _parsed(body: bytes) -> etree._Element:
    try:
        return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise Refusal("Server was unable to read request.") from error


def _log_in(xweb: Xweb, envelope: etree._Element, user: str, password: str, address: str) -> Response:
    header = envelope.find(_TOKEN)
    if header is not None and header.get(f"{{{_ENVELOPE}}}mustUnderstand") in ("1", "true"):
        raise Refusal("SOAP header AuthorizationToken was not understood.", code="soap:MustUnderstand")
    token = xweb.sessions.log_in(user, password, address)
    # The result is the namespace; the token is in the header, and nowhere else.
    return _answer("Authenticate", {"AuthenticateResult": NAMESPACE}, token, f' soap:actor="{_ACTOR}"')


def _perform(xweb: Xweb, envelope: etree._Element, request: Request) -> Response:
    if request.operation not in OPERATIONS:
        raise Refusal(f"Server did not recognize the value of HTTP Header SOAPAction: {request.operation}.")
    token = (envelope.findtext(f"{_TOKEN}/{{{NAMESPACE}}}Token") or "").strip()
    result = xweb.perform(request, token, SOAP)
    if request.operation == LIST and request.call.account == SAMPLE_CUSTOMER:
        xweb.sessions.renew(token, SAMPLE_TOKEN)
        return _xml(sample("netforum_open_invoices.xml"))
    content: Node = "" if result is None else {f"{request.operation}Result": result}
    return _answer(request.operation, content, xweb.sessions.renew(token))


def _answer(operation: str, content: Node, token: str, actor: str = "") -> Response:
    attributes: dict[str, Node] = {"@xmlns": NAMESPACE}
    named = attributes | content if isinstance(content, dict) else attributes
    body = to_xml(f"{operation}Response", named)
    return _xml(_enveloped(f"{_header(token, actor)}<soap:Body>{body}</soap:Body>"))


def _header(token: str, actor: str = "") -> str:
    entry = f'<AuthorizationToken{actor} xmlns="{NAMESPACE}"><Token>{token}</Token></AuthorizationToken>'
    return f"<soap:Header>{entry}</soap:Header>" if token else ""


def _fault(refusal: Refusal, operation: str, url: str) -> str:
    if not refusal.code:
        fault = to_xml("soap:Fault", {"faultstring": refusal.message})
        return _enveloped(f"<soap:Body>{fault}</soap:Body>")
    place = f"   at Avectra.netForum.xWeb.xWebSecure.netForumXMLSecure.{operation}()"
    told: dict[str, Node] = {
        "@xmlns": NAMESPACE,
        "Message": refusal.message,
        "Number": "0",
        "Source": "xWeb",
        "Line": "0",
        "StackTrace": place,
        "ErrorType": "GeneralError",
        "Errors": "",
    }
    fault = to_xml(
        "soap:Fault",
        {
            "faultcode": refusal.code,
            "faultstring": f"System.Web.Services.Protocols.SoapException: {refusal.message}\n{place}",
            "faultactor": url,
            "detail": {refusal.detail: {"@xmlns": NAMESPACE, "XWebException": told}} if refusal.detail else "",
        },
    )
    return _enveloped(f"{_header(refusal.token)}<soap:Body>{fault}</soap:Body>")


def _enveloped(content: str) -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{_ENVELOPE}"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
        f"{content}</soap:Envelope>"
    )


def _xml(content: str | bytes, status: int = 200) -> Response:
    return Response(content, status, media_type="text/xml")
