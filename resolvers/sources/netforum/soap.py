"""xWeb over SOAP 1.1: the token travels in the envelope's header, both ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from importlib.resources import files

from lxml import etree

from resolvers.model.clock import utc_now
from resolvers.model.errors import SourceProtocolError
from resolvers.sources.netforum.faults import REFUSED_TOKEN, Fault
from resolvers.sources.netforum.forms import Form, are_plain, place
from resolvers.sources.netforum.protocol import LOGIN_OPERATION, Answer, stated_token, token_of
from resolvers.sources.netforum.settings import NetforumSettings
from resolvers.sources.netforum.tree import Branch, from_xml
from resolvers.transport.messages import UpstreamReply, UpstreamRequest
from resolvers.transport.soap import SoapFault, SoapService

_NAMESPACE = "http://www.avectra.com/2005/"
_REFUSED = 401


class SoapProtocol:
    """xWeb by our WSDL."""

    def __init__(self, source: str, settings: NetforumSettings, *, now: Callable[[], datetime] = utc_now) -> None:
        self._source = source
        self._settings = settings
        self._service = SoapService(source, files(__package__) / "netforum.wsdl", now=now)
        self._forms: dict[tuple[str, ...], Form] = {}

    def login(self) -> UpstreamRequest:
        """`Authenticate`, which fails where a token comes with it."""
        password = self._settings.password.get_secret_value()
        return self.request(LOGIN_OPERATION, {"userName": self._settings.username, "password": password}, "")

    def request(self, operation: str, arguments: Mapping[str, str], token: str) -> UpstreamRequest:
        """The envelope for a method: as zeep writes it, which takes long, or the same by a form of zeep's."""
        texts = (*arguments.values(), token) if token else (*arguments.values(),)
        if not are_plain(texts):
            return self._written(operation, arguments, token)
        shape = (operation, *arguments, "with a token" if token else "")
        form = self._forms.get(shape)
        if form is None:
            places = {name: place(number) for number, name in enumerate(arguments)}
            form = Form(self._written(operation, places, place(len(places)) if token else ""))
            self._forms[shape] = form
        return form.filled(texts)

    def _written(self, operation: str, arguments: Mapping[str, str], token: str) -> UpstreamRequest:
        path = self._settings.service_path
        if not token:
            return self._service.request(operation, arguments, path=path)
        request = self._service.request(operation, arguments, path=path, header=_token_header(token))
        return replace(request, accept=request.accept | {_REFUSED}, check=self._check)

    def _check(self, reply: UpstreamReply) -> None:
        if reply.status != _REFUSED:
            self._service.check(reply)

    def answer(self, reply: UpstreamReply, operation: str) -> Answer:
        """The result element, and the token of the header or, at a login without one, of the result."""
        if reply.status == _REFUSED:  # said by a server in front, and counted by nobody
            raise Fault(str(_REFUSED), "", REFUSED_TOKEN, is_counted=False)
        try:
            body = self._service.body(reply, operation)
        except SoapFault as fault:
            token = parse_token(self._source, fault.header)
            raise Fault(fault.code, fault.string, fault.detail_kind, fault.detail_message, token=token) from None
        result, token = result_of(self._source, body.result, operation), parse_token(self._source, body.header)
        return Answer(result, stated_token(result) if operation == LOGIN_OPERATION and token is None else token)


def result_of(source: str, response: etree._Element, operation: str) -> Branch:
    """What a response's one child holds, its result. Raises SourceProtocolError for any other response."""
    name = f"{operation}Result"
    if etree.QName(response).localname != f"{operation}Response":
        raise SourceProtocolError(source, f"not a {operation}Response")
    tree = from_xml(response)
    if isinstance(tree, dict) and {member for member in tree if member[0] != "@"} <= {name}:
        return tree.get(name)
    if tree is None or (isinstance(tree, str) and not tree.strip()):
        return None
    raise SourceProtocolError(source, f"a {operation}Response without its result")


def parse_token(source: str, header: etree._Element | None) -> str | None:
    """The token of a SOAP header; None where there is no header, or none in it."""
    tree = None if header is None else from_xml(header)
    entry = tree.get("AuthorizationToken") if isinstance(tree, dict) else None
    token = entry.get("Token") if isinstance(entry, dict) else None
    if token is None:
        return None
    if not isinstance(token, str):
        raise SourceProtocolError(source, "a token that is not one text")
    return token_of(token)


def _token_header(token: str) -> etree._Element:
    header = etree.Element(f"{{{_NAMESPACE}}}AuthorizationToken", nsmap={"av": _NAMESPACE})
    etree.SubElement(header, f"{{{_NAMESPACE}}}Token").text = token
    return header
