"""The composition root: from settings to everything that answers, and the end of it."""

from __future__ import annotations

import math
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import ASGIApp

from graph.context import Limits
from graph.documents.trusted_documents import TrustedDocumentsError, read_trusted_documents
from graph.http.authenticator import Authenticator
from graph.http.endpoint import Endpoint, EndpointSettings
from graph.http.persisted_queries import DocumentTexts, PersistedQueries, TrustedDocuments
from graph.schema import build_schema
from resolvers.access import Principal
from resolvers.answers import SharedSource
from resolvers.customers.cached_directory import CachedDirectory
from resolvers.customers.directory import SqlDirectory
from resolvers.customers.engine import REMEDY, DirectoryError
from resolvers.customers.journal import SqlJournal
from resolvers.customers.leases import SqlLeases
from resolvers.customers.opened import opened
from resolvers.customers.readiness import Readiness
from resolvers.customers.revision import is_exact, revision_of
from resolvers.customers.secrets import Secrets
from resolvers.customers.seen_log import SqlSeenLog
from resolvers.document_link import DocumentLinks
from resolvers.forgetting import ForgettingWriter
from resolvers.gateway import Gateway, WriteSide
from resolvers.keys import KeyRing
from resolvers.model.customer_record import CustomerSource
from resolvers.model.directory import Directory
from resolvers.model.document import DocumentSource
from resolvers.model.errors import DirectoryUnavailable
from resolvers.model.source import InvoiceSource
from resolvers.model.writing import InvoiceWriter, WritableSource
from resolvers.seen_invoices import SeenInvoices
from resolvers.signature import Seal
from resolvers.sources import connect
from resolvers.transport.cache import AnswerCache
from resolvers.transport.http import HttpTransport
from resolvers.transport.texts import TextCache
from service.answer_secret import answer_secret
from service.authentication import authentication
from service.documents import Documents
from service.parts import CannotStart, Parts
from service.settings import Settings
from service.settings.tables import Explain
from service.source_metrics import SourceMetrics

_MAY_EXPLAIN: Mapping[Explain, Callable[[Principal], bool]] = {
    Explain.NOBODY: lambda _: False,
    Explain.STAFF: lambda principal: principal.is_staff,
    Explain.EVERYONE: lambda _: True,
}

_DOCUMENT_SECONDS = 60.0
"""How long a document may take: longer than an answer, for it is larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """The endpoint over its directory and sources."""

    graphql: ASGIApp
    documents: ASGIApp
    authenticator: Authenticator
    metrics: SourceMetrics
    directory: Readiness

    async def ready(self) -> Mapping[str, bool]:
        """Whether the directory answers; no source is asked."""
        return {"directory": await self.directory.holds()}


@asynccontextmanager
async def build(settings: Settings) -> AsyncIterator[Parts]:
    """All parts of the gateway, closed in the end. Raises CannotStart."""
    keys = KeyRing([key.get_secret_value() for key in settings.server.secret_keys])
    async with AsyncExitStack() as stack:
        engine, directory = await _directory(settings, keys, stack)
        cache = AnswerCache(
            settings.cache.url.get_secret_value(),
            fresh_seconds=settings.cache.fresh_seconds,
            stale_seconds=settings.cache.stale_seconds,
            memory_bytes=settings.cache.memory_bytes,
        )
        stack.push_async_callback(cache.aclose)
        transports = {name: HttpTransport(name, source) for name, source in settings.sources.items()}
        connected = {name: connect(source, transports[name]) for name, source in settings.sources.items()}
        shared = {
            name: SharedSource(source, cache, key_secret=answer_secret(keys, settings.sources[name]))
            for name, source in connected.items()
        }
        gateway = Gateway(
            shared,
            directory,
            keys,
            customer_sources=_customer_sources(connected),
            document_sources=_document_sources(connected),
            writing=WriteSide(_writers(connected, shared), SqlJournal(engine), SqlLeases(engine)),
            seen=SeenInvoices(SqlSeenLog(engine)),
        )
        stack.push_async_callback(gateway.aclose)
        links = DocumentLinks(Seal(keys, "documents"), f"{settings.server.public_url}/documents/", time.time)
        authenticator = await stack.enter_async_context(authentication(settings.auth))
        documents = Documents(links, gateway, authenticator, deadline_seconds=_DOCUMENT_SECONDS)
        texts = _texts(settings, stack)
        endpoint = _endpoint(settings, gateway, authenticator, links, texts)
        metrics = SourceMetrics(transports, shared, gateway.directory_tally)
        readiness = Readiness(engine)
        stack.push_async_callback(readiness.aclose)
        yield Wired(
            graphql=endpoint, documents=documents, authenticator=authenticator, metrics=metrics, directory=readiness
        )


def _texts(settings: Settings, stack: AsyncExitStack) -> DocumentTexts:
    """The trusted documents where there are any, else what clients send, and what they sent before."""
    if settings.graph.trusted_documents:
        try:
            return TrustedDocuments(read_trusted_documents(Path(settings.graph.trusted_documents)))
        except TrustedDocumentsError as error:
            raise CannotStart(str(error)) from error
    texts = TextCache(settings.cache.url.get_secret_value())
    stack.push_async_callback(texts.aclose)
    return PersistedQueries(texts)


async def _directory(settings: Settings, keys: KeyRing, stack: AsyncExitStack) -> tuple[AsyncEngine, Directory]:
    secrets = Secrets(keys)
    try:
        engine = await stack.enter_async_context(opened(settings.directory.url.get_secret_value()))
        directory = SqlDirectory(engine, secrets)
        needing = sorted(await directory.sources_with_secrets() & settings.sources.keys())
    except DirectoryError as error:
        raise CannotStart(str(error)) from error
    except DirectoryUnavailable as error:
        raise CannotStart(f"The directory cannot be read: {error.detail}. {REMEDY}") from error
    if needing and not secrets.has_key:
        raise CannotStart(
            f"The accounts at {', '.join(needing)} have secrets, and server.secret_keys is empty: "
            "put the key there that they were stored with."
        )
    if not settings.directory.cache_seconds:
        return engine, directory
    revision = await stack.enter_async_context(revision_of(engine))
    seconds = math.inf if is_exact(engine) else settings.directory.cache_seconds
    return engine, CachedDirectory(directory, revision, seconds=seconds)


def _customer_sources(connected: Mapping[str, InvoiceSource]) -> Mapping[str, CustomerSource]:
    """Those that say of themselves that they implement this port, too."""
    return {
        name: cast("CustomerSource", source)
        for name, source in connected.items()
        if source.capabilities.tells_customers
    }


def _document_sources(connected: Mapping[str, InvoiceSource]) -> Mapping[str, DocumentSource]:
    """Those that hand out documents, too."""
    return {
        name: cast("DocumentSource", source) for name, source in connected.items() if source.capabilities.has_documents
    }


def _writers(connected: Mapping[str, InvoiceSource], shared: Mapping[str, SharedSource]) -> Mapping[str, InvoiceWriter]:
    """Those that can be written to as configured."""
    return {
        name: ForgettingWriter(cast("WritableSource", source), shared[name])
        for name, source in connected.items()
        if source.capabilities.writes
    }


def _endpoint(
    settings: Settings,
    gateway: Gateway,
    authenticator: Authenticator,
    links: DocumentLinks,
    texts: DocumentTexts,
) -> Endpoint:
    limits = Limits(**settings.limits.model_dump())
    schema = build_schema(
        limits,
        introspection=settings.introspection,
        type_prefix=settings.graph.type_prefix,
        owns_customer=settings.graph.owns_customer,
        compiled=settings.graph.compiled,
    )
    return Endpoint(
        schema,
        gateway,
        authenticator,
        EndpointSettings(
            limits=limits,
            deadline_seconds=settings.server.deadline_seconds,
            time_zone=settings.graph.time_zone,
            type_prefix=settings.graph.type_prefix,
            document_link=links.write,
            may_explain=_MAY_EXPLAIN[settings.graph.explain],
            fresh_seconds=settings.cache.fresh_seconds,
        ),
        texts,
    )
