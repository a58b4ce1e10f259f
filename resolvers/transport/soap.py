"""SOAP 1.1: zeep writes requests by our WSDL, lxml reads replies, strictly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path
from typing import Any

import zeep
import zeep.exceptions
from lxml import etree

from resolvers.model.clock import utc_now
from resolvers.model.errors import SourceProtocolError
from resolvers.transport.failures import unavailable
from resolvers.transport.messages import UNTOLD, UpstreamReply, UpstreamRequest
from resolvers.transport.xml import parse_xml

_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_HEAD = 500  # bytes, within which an envelope begins
_STATUSES = frozenset({200, 500})  # a fault comes with 500, and from some servers with 200
_STRICT = zeep.Settings(
    strict=True,
    xsd_ignore_sequence_order=True,
    forbid_dtd=True,
    forbid_entities=True,
    forbid_external=True,
    xml_huge_tree=False,
)


@dataclass(frozen=True, slots=True)
class SoapBody:
    """A reply taken apart: its header, if it has one, and the one child of its body, `{operation}Response`."""

    header: etree._Element | None
    result: etree._Element


class SoapFault(Exception):
    """The service's no. The source's client knows which SourceError it is; all of it is upstream text, for it alone.

    `code` and `string` are empty where they were not said (a bare `Locked` has no code). `detail_kind` is the local
    name of the detail's first element, `detail_message` the text of the `Message` in it. `header` is the reply's.
    """

    def __init__(
        self,
        code: str,
        string: str,
        detail_kind: str = "",
        detail_message: str = "",
        *,
        header: etree._Element | None = None,
    ) -> None:
        super().__init__(f"SOAP fault {code or 'without a code'}")
        self.code = code
        self.string = string
        self.detail_kind = detail_kind
        self.detail_message = detail_message
        self.header = header


class SoapService:
    """The first service of a WSDL that is part of this package.

    The WSDL's own address is not used: requests go where `path` says. `namespaces` replaces names in the WSDL for
    installations that spell them otherwise. Loading is synchronous and takes some 10 ms: at start.
    """

    def __init__(
        self,
        source: str,
        wsdl: Path | Traversable,
        *,
        namespaces: Mapping[str, str] | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        text = wsdl.read_bytes()
        for name, replacement in (namespaces or {}).items():
            text = text.replace(f'"{name}"'.encode(), f'"{replacement}"'.encode())
        self._source = source
        self._now = now
        self._client: Any = zeep.Client(  # type: ignore[no-untyped-call]  # zeep declares types and has none here
            BytesIO(text), settings=_STRICT
        )

    def request(
        self,
        operation: str,
        arguments: Mapping[str, Any],
        *,
        path: str,
        headers: Mapping[str, str] | None = None,
        header: etree._Element | None = None,
    ) -> UpstreamRequest:
        """The whole request, whose reply `body` takes; status and content type of that are checked on the way."""
        action = self._client.service._binding.get(operation).soapaction  # zeep has no other door
        return UpstreamRequest(
            method="POST",
            path=path,
            headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"', **(headers or {})},
            content=self.envelope(operation, arguments, header),
            accept=_STATUSES,
            check=self.check,
        )

    def envelope(self, operation: str, arguments: Mapping[str, Any], header: etree._Element | None = None) -> bytes:
        """The request's XML, `header` in its SOAP header. Raises SourceProtocolError for arguments that do not fit."""
        headers = None if header is None else [header]
        try:
            message = self._client.create_message(
                self._client.service, operation, _soapheaders=headers, **dict(arguments)
            )
        except (zeep.exceptions.Error, TypeError, ValueError) as error:
            raise SourceProtocolError(self._source, f"unwritable {operation}: {type(error).__name__}") from None
        return etree.tostring(message, xml_declaration=True, encoding="utf-8")

    def check(self, reply: UpstreamReply) -> None:
        """Raises SourceUnavailable for a server's error page, SourceProtocolError for anything else that is no XML."""
        if _is_xml(reply) and reply.content:
            return
        said = f"status {reply.status} with content type {reply.content_type!r}, {len(reply.content)} bytes"
        if reply.status == 500:
            raise unavailable(self._source, said, reply.headers, self._now())
        raise SourceProtocolError(self._source, said)

    def body(self, reply: UpstreamReply, operation: str) -> SoapBody:
        """The parts of the reply. Raises SoapFault, and SourceProtocolError for what is neither answer nor fault."""
        self.check(reply)
        header, payload = self._taken_apart(parse_xml(self._source, reply.content, reply.charset))
        if payload.tag == f"{{{_ENVELOPE}}}Fault":
            raise _fault(payload, header)
        if reply.status == 500:
            raise unavailable(self._source, "status 500 without a fault", reply.headers, self._now())
        if etree.QName(payload).localname != f"{operation}Response":
            raise SourceProtocolError(self._source, f"not a {operation}Response")
        return SoapBody(header, payload)

    def _taken_apart(self, root: etree._Element) -> tuple[etree._Element | None, etree._Element]:
        parts = {"Header": list[etree._Element](), "Body": list[etree._Element]()}
        for child in root if root.tag == f"{{{_ENVELOPE}}}Envelope" else ():
            name = etree.QName(child)
            if name.namespace == _ENVELOPE and name.localname in parts:
                parts[name.localname].append(child)
        if len(parts["Body"]) != 1 or len(parts["Body"][0]) != 1 or len(parts["Header"]) > 1:
            raise SourceProtocolError(self._source, "not a SOAP envelope with one body of one element")
        return parts["Header"][0] if parts["Header"] else None, parts["Body"][0][0]


def _is_xml(reply: UpstreamReply) -> bool:
    told = reply.content_type
    if told in UNTOLD:
        return b"Envelope" in reply.content[:_HEAD]
    return told in ("text/xml", "application/xml") or told.endswith("+xml")


def _fault(fault: etree._Element, header: etree._Element | None) -> SoapFault:
    texts = {etree.QName(child).localname: (child.text or "").strip() for child in fault}
    details = [child for child in fault if etree.QName(child).localname == "detail"]
    kinds = list(details[0]) if details else []
    messages = [node for node in (kinds[0].iter() if kinds else ()) if etree.QName(node).localname == "Message"]
    return SoapFault(
        texts.get("faultcode", ""),
        texts.get("faultstring", ""),
        etree.QName(kinds[0]).localname if kinds else "",
        (messages[0].text or "").strip() if messages else "",
        header=header,
    )
