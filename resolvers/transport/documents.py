"""Fetches a source's documents by the links that it gives: from allowed addresses, as PDF, whole or with an error."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from datetime import datetime

import httpx
import structlog

from resolvers.model.clock import utc_now
from resolvers.model.document import Document
from resolvers.model.errors import SourceError, SourceProtocolError, SourceTimeout
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.transport.addresses import Address, AllowedAddresses
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
    """One source's documents, over connections of their own: a slow reader holds up no other call.

    A document is asked for once, and neither its failure nor its success says how the source does. No redirect is
    followed. `timeout_seconds` is for each wait, the operation's deadline for all of it.
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
        self._check_beginning(content)
        self._check_end(content)
        return Document(_PDF, len(content), _one(content))

    @asynccontextmanager
    async def open(
        self, link: str, call: UpstreamCall, operation: Operation, *, headers: Mapping[str, str]
    ) -> AsyncIterator[Document | None]:
        """The document at a link; None where there is none. `headers` go with it where the link leads to the source.

        Raises SourceError, and so does reading it: a body that is cut, late or too large ends in one.
        """
        started, outcome = self._clock(), "CANCELLED"
        try:
            address = self._allowed.address_of(link)
            async with self._place(operation), self._response(address, headers, call, operation) as response:
                yield await self._document(response, call, operation)
            outcome = "OK"
        except SourceError as error:
            outcome = error.code
            self._log.warning(
                "document_failed", source=self._source, operation=call.operation, code=error.code, detail=error.detail
            )
            raise
        finally:
            call.outcome = outcome
            call.milliseconds += (self._clock() - started) * 1_000

    @asynccontextmanager
    async def _place(self, operation: Operation) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(operation.remaining_seconds()):
                await self._places.acquire()
        except TimeoutError:
            raise SourceTimeout(self._source, "no free place before the deadline") from None
        try:
            yield
        finally:
            self._places.release()

    @asynccontextmanager
    async def _response(
        self, address: Address, headers: Mapping[str, str], call: UpstreamCall, operation: Operation
    ) -> AsyncIterator[httpx.Response]:
        sent = {name.lower(): value for name, value in headers.items()} if address.is_own else {}
        request = httpx.Request("GET", address.url, headers=sent | _OUR_HEADERS)
        engine = self._public if address.public_only else self._any
        call.attempts += 1
        try:
            async with asyncio.timeout(self._patience(operation)):
                response = await engine.handle_async_request(request)
        except FOREIGN_ERRORS as error:
            raise source_error(self._source, error) from None
        try:
            yield response
        finally:
            await response.aclose()

    async def _document(self, response: httpx.Response, call: UpstreamCall, operation: Operation) -> Document | None:
        call.status = response.status_code
        if response.status_code in _NOT_THERE:
            return None
        if response.status_code != 200:
            raise status_error(self._source, response.status_code, response.headers, self._now())
        self._check_headers(response.headers)
        length = response.headers.get("content-length", "")
        size = int(length) if length.isdecimal() else None
        if size is not None and size > self._settings.max_document_bytes:
            raise self._too_large()
        chunks = self._chunks(response, call, operation)
        beginning = b""
        async for chunk in chunks:
            beginning += chunk
            if len(beginning) >= len(_BEGINNING):
                break
        self._check_beginning(beginning)
        return Document(_PDF, size, self._rest(beginning, chunks))

    async def _rest(self, beginning: bytes, chunks: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
        """What was read already, then all that follows, the last of it when it has been found to end as a PDF."""
        end = held = beginning
        async with aclosing(chunks):
            async for chunk in chunks:
                yield held
                end, held = (end + chunk)[-_END_IS_WITHIN:], chunk
        self._check_end(end)
        yield held

    async def _chunks(
        self, response: httpx.Response, call: UpstreamCall, operation: Operation
    ) -> AsyncGenerator[bytes, None]:
        stream = response.stream
        assert isinstance(stream, AsyncIterable)  # noqa: S101  # an async engine's always is
        received, size = aiter(stream), 0
        while True:
            try:
                async with asyncio.timeout(self._patience(operation)):
                    chunk = await anext(received, None)
            except FOREIGN_ERRORS as error:
                raise source_error(self._source, error) from None
            if chunk is None:
                return
            size += len(chunk)
            call.received_bytes += len(chunk)
            if size > self._settings.max_document_bytes:
                raise self._too_large()
            yield chunk

    def _patience(self, operation: Operation) -> float:
        return min(self._settings.timeout_seconds, operation.remaining_seconds())

    def _check_headers(self, headers: httpx.Headers) -> None:
        if media_type(headers) not in _PDF_MAY_COME_AS:
            raise SourceProtocolError(self._source, f"a document of type {media_type(headers)!r}")
        if headers.get("content-encoding", "identity") != "identity":
            raise SourceProtocolError(self._source, "a document in a content encoding that was not asked for")

    def _check_beginning(self, content: bytes) -> None:
        if not content.startswith(_BEGINNING):
            raise SourceProtocolError(self._source, "a document that does not begin as a PDF")

    def _check_end(self, content: bytes) -> None:
        if _END not in content[-_END_IS_WITHIN:]:
            raise SourceProtocolError(self._source, "a document that does not end as a PDF")

    def _too_large(self) -> SourceProtocolError:
        return SourceProtocolError(self._source, f"a document over {self._settings.max_document_bytes} bytes")


async def _one(content: bytes) -> AsyncIterator[bytes]:
    yield content
