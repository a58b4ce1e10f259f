"""The two protocols in which Shoxl's servers are asked: the same questions, and the same records for answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from importlib.resources import files
from typing import Protocol, TypeVar

from lxml import etree

from resolvers.model.errors import SourceProtocolError, SourceRejected
from resolvers.sources.shoxl.settings import ShoxlSettings
from resolvers.sources.shoxl.wire import (
    DOCUMENT_OPERATION,
    OPERATION,
    InvoiceDocument,
    InvoiceHistory,
    document_request,
    error_of,
    history_request,
    parse_document,
    parse_history,
)
from resolvers.sources.shoxl.wire_xml import parse_document_xml, parse_history_xml
from resolvers.transport.failures import status_error, unavailable
from resolvers.transport.messages import UpstreamReply, UpstreamRequest
from resolvers.transport.soap import SoapFault, SoapService

RecordT = TypeVar("RecordT", InvoiceHistory, InvoiceDocument)

_FAILED = 500
_STATUSES = frozenset({200, 400, 404, 409, 422, _FAILED})
"""Those under which a server may tell its error in the documented object."""
_NAMESPACE = "http://shoxl.com/ShoxlService"
_NOT_UNDERSTOOD = ("VersionMismatch", "MustUnderstand")


class ShoxlProtocol(Protocol):
    """How questions are written and answers read; reading raises SourceError."""

    def history_request(self, account_number: str, page: int, context: Mapping[str, str]) -> UpstreamRequest:
        """Asks for a page of the history."""

    def read_history(self, reply: UpstreamReply) -> InvoiceHistory:
        """The page."""

    def document_request(
        self, invoice_number: str, customer_number: str, context: Mapping[str, str]
    ) -> UpstreamRequest:
        """Asks for an invoice's document."""

    def read_document(self, reply: UpstreamReply) -> InvoiceDocument:
        """The document."""


def protocol_of(source: str, settings: ShoxlSettings, clock: Callable[[], datetime]) -> ShoxlProtocol:
    """The configured one."""
    made: type[SoapProtocol | RestProtocol] = SoapProtocol if settings.protocol == "soap" else RestProtocol
    return made(source, settings, clock)


class RestProtocol:
    """JSON, by the vendor's second edition of the interface."""

    def __init__(self, source: str, settings: ShoxlSettings, clock: Callable[[], datetime]) -> None:
        self._source = source
        self._clock = clock
        json = {"Accept": "application/json", "Content-Type": "application/json"}
        self._headers = json | settings.authentication.headers()

    def history_request(self, account_number: str, page: int, context: Mapping[str, str]) -> UpstreamRequest:
        """Asks for a page of the history."""
        return self._request(OPERATION, history_request(account_number, page, context))

    def read_history(self, reply: UpstreamReply) -> InvoiceHistory:
        """The page, or the error in its 200. Raises SourceRejected, SourceUnavailable, SourceProtocolError."""
        return self._record(reply, parse_history)

    def document_request(
        self, invoice_number: str, customer_number: str, context: Mapping[str, str]
    ) -> UpstreamRequest:
        """Asks for an invoice's document."""
        return self._request(DOCUMENT_OPERATION, document_request(invoice_number, customer_number, context))

    def read_document(self, reply: UpstreamReply) -> InvoiceDocument:
        """The document, or the error in its 200. Raises SourceRejected, SourceUnavailable, SourceProtocolError."""
        return self._record(reply, parse_document)

    def _request(self, operation: str, content: bytes) -> UpstreamRequest:
        # The base address ends in /Shoxl.
        return UpstreamRequest(
            method="POST", path=f"v1/{operation}", headers=self._headers, content=content, accept=_STATUSES
        )

    def _record(self, reply: UpstreamReply, parse: Callable[[str, bytes], RecordT]) -> RecordT:
        """What was answered; under another status than 200 the error that this, or else the status, tells of."""
        if reply.status == 200:
            return parse(self._source, reply.content)
        told = None
        with suppress(SourceProtocolError):
            told = error_of(parse(self._source, reply.content))
        if told is None:
            raise status_error(self._source, reply.status, reply.headers, self._clock())
        if reply.status == _FAILED:
            raise unavailable(self._source, told, reply.headers, self._clock())
        raise SourceRejected(self._source, told)


class SoapProtocol:
    """SOAP, which knows no context: sent without it, a question would be another tenant's. Raises SourceRejected."""

    def __init__(self, source: str, settings: ShoxlSettings, clock: Callable[[], datetime]) -> None:
        self._source = source
        self._path = settings.service_path
        self._headers = settings.authentication.headers()
        actions = {
            f"{_NAMESPACE}/{operation}": f"{settings.namespace.rstrip('/')}/{operation}"
            for operation in (OPERATION, DOCUMENT_OPERATION)
        }
        wsdl = files(__package__) / "shoxl.wsdl"
        self._soap = SoapService(source, wsdl, namespaces={_NAMESPACE: settings.namespace, **actions}, now=clock)

    def history_request(self, account_number: str, page: int, context: Mapping[str, str]) -> UpstreamRequest:
        """Asks for a page of the history."""
        return self._request(OPERATION, {"AccountNumber": account_number, "PageNumber": page}, context)

    def read_history(self, reply: UpstreamReply) -> InvoiceHistory:
        """The page. Raises SourceRejected for a fault, SourceProtocolError."""
        return parse_history_xml(self._source, self._body(reply, OPERATION))

    def document_request(
        self, invoice_number: str, customer_number: str, context: Mapping[str, str]
    ) -> UpstreamRequest:
        """Asks for an invoice's document."""
        asked = {"InvoiceNumber": invoice_number, "CustomerNumber": customer_number}
        return self._request(DOCUMENT_OPERATION, asked, context)

    def read_document(self, reply: UpstreamReply) -> InvoiceDocument:
        """The document. Raises SourceRejected for a fault, SourceProtocolError."""
        return parse_document_xml(self._source, self._body(reply, DOCUMENT_OPERATION))

    def _request(self, operation: str, asked: Mapping[str, object], context: Mapping[str, str]) -> UpstreamRequest:
        if context:
            raise SourceRejected(self._source, "SOAP has no place for the account's context")
        return self._soap.request(operation, {"request": asked}, path=self._path, headers=self._headers)

    def _body(self, reply: UpstreamReply, operation: str) -> etree._Element:
        try:
            return self._soap.body(reply, operation).result
        except SoapFault as fault:
            kind = fault.code.rpartition(":")[2]
            error = SourceProtocolError if kind in _NOT_UNDERSTOOD else SourceRejected
            raise error(self._source, f"fault {fault.code}: {fault.string}") from None
