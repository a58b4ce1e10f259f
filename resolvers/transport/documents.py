"""Fetches a source's documents by the links that it gives: from allowed addresses, as PDF, whole or with an error."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

import httpx
import structlog

from resolvers.model.clock import utc_now
from resolvers.model.document import Document
from resolvers.model.errors import SourceError, SourceProtocolError, SourceTimeout
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.transport.addresses import Address, AllowedAddresses
from resolvers.transport.body_room import BodyPlace, BodyRoom
from resolvers.transport.engine import http_engine
from resolvers.transport.failures import FOREIGN_ERRORS, source_error, status_error
from resolvers.transport.messages import media_type
from resolvers.transport.settings import DocumentSettings

_PDF = "application/pdf"
_PDF_MAY_COME_AS = frozenset({_PDF, "application/x-pdf", "application/octet-stream", "binary/octet-stream", ""})
"""What servers of files call a PDF, or any file; its bytes tell. Another type is a page, or another document."""
_BEGINNING = b"%PDF-"
_END = b"%%EOF"
_END_IS_WITHIN = 1_024
_OUR_HEADERS = {"user-agent": "invoice-graph", "accept": _PDF, "accept-encoding": "identity"}
_NOT_THERE = frozenset({404, 410})


class Documents:
    """One source's documents, over connections of their own, and read whole: a slow reader holds up no other call.

    A document is asked for once, and neither its failure nor its success says how the source does. No redirect is
    followed. `timeout_seconds` is for each wait, the operation's deadline for all of it. Documents that are read at
    once hold three times `max_document_bytes` together; what would be more waits.
    """

    def __init__(
        self,
        source: str,
        settings: DocumentSettings,
        engine: httpx.AsyncBaseTransport | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._source = source
        self._settings = settings
        self._allowed = AllowedAddresses(
            source, settings.base_url, settings.document_hosts, private=settings.document_private_addresses
        )
        self._any = engine or http_engine(settings.max_concurrency)
        self._public = engine or http_engine(settings.max_concurrency, public_only=True)
        self._places = asyncio.Semaphore(settings.max_concurrency)
        self._room = BodyRoom(settings.held_document_bytes, settings.max_document_bytes)
        self._clock = clock
        self._now = now
        self._log = structlog.get_logger("invoice_graph.transport")

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._any.aclose()
        await self._public.aclose()

    def whole(self, content: bytes) -> Document:
        """A document that came as part of an answer. Raises SourceProtocolError for what is no PDF, or too large."""
        if len(content) > self._settings.max_document_bytes:
            raise self._too_large()
        if not content.startswith(_BEGINNING):
            raise SourceProtocolError(self._source, "a document that does not begin as a PDF")
        if _END not in content[-_END_IS_WITHIN:]:
            raise SourceProtocolError(self._source, "a document that does not end as a PDF")
        return Document(_PDF, content)

    async def fetch(
        self, link: str, call: UpstreamCall, operation: Operation, *, headers: Mapping[str, str]
    ) -> Document | None:
        """The document at a link; None where there is none. `headers` go with it where the link leads to the source.

        Raises SourceError, also for a body that is cut, late or too large.
        """
        started, outcome = self._clock(), "CANCELLED"
        try:
            document = await self._in_time(self._allowed.address_of(link), headers, call, operation)
            outcome = "OK"
        except SourceError as error:
            outcome = error.code
            self._log.warning(
                "document_failed", source=self._source, operation=call.operation, code=error.code, detail=error.detail
            )
            raise
        else:
            return document
        finally:
            call.outcome = outcome
            call.milliseconds += (self._clock() - started) * 1_000

    async def _in_time(
        self, address: Address, headers: Mapping[str, str], call: UpstreamCall, operation: Operation
    ) -> Document | None:
        try:
            async with (
                asyncio.timeout(operation.remaining_seconds()),
                self._places,
                self._response(address, headers, call) as response,
            ):
                return await self._document(response, call)
        except TimeoutError:
            raise SourceTimeout(self._source, "no whole document before the deadline") from None

    @asynccontextmanager
    async def _response(
        self, address: Address, headers: Mapping[str, str], call: UpstreamCall
    ) -> AsyncIterator[httpx.Response]:
        sent = {name.lower(): value for name, value in headers.items()} if address.is_own else {}
        request = httpx.Request("GET", address.url, headers=sent | _OUR_HEADERS)
        engine = self._public if address.public_only else self._any
        call.attempts += 1
        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                response = await engine.handle_async_request(request)
        except FOREIGN_ERRORS as error:
            raise source_error(self._source, error) from None
        try:
            yield response
        finally:
            await response.aclose()

    async def _document(self, response: httpx.Response, call: UpstreamCall) -> Document | None:
        call.status = response.status_code
        if response.status_code in _NOT_THERE:
            return None
        if response.status_code != 200:
            raise status_error(self._source, response.status_code, response.headers, self._now())
        self._check_headers(response.headers)
        with BodyPlace(self._room) as place:
            return self.whole(await self._content(response, call, place))

    async def _content(self, response: httpx.Response, call: UpstreamCall, place: BodyPlace) -> bytes:
        stream = response.stream
        assert isinstance(stream, AsyncIterable)  # noqa: S101  # an async engine's always is
        received, parts = aiter(stream), list[bytes]()
        while (chunk := await self._next(received)) is not None:
            call.received_bytes += len(chunk)
            if place.held_bytes + len(chunk) > self._settings.max_document_bytes:
                raise self._too_large()
            await place.take(len(chunk))
            parts.append(chunk)
        return b"".join(parts)

    async def _next(self, received: AsyncIterator[bytes]) -> bytes | None:
        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                return await anext(received, None)
        except FOREIGN_ERRORS as error:
            raise source_error(self._source, error) from None

    def _check_headers(self, headers: httpx.Headers) -> None:
        if media_type(headers) not in _PDF_MAY_COME_AS:
            raise SourceProtocolError(self._source, f"a document of type {media_type(headers)!r}")
        if headers.get("content-encoding", "identity") != "identity":
            raise SourceProtocolError(self._source, "a document in a content encoding that was not asked for")
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > self._settings.max_document_bytes:
            raise self._too_large()

    def _too_large(self) -> SourceProtocolError:
        return SourceProtocolError(self._source, f"a document over {self._settings.max_document_bytes} bytes")
