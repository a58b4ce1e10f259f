"""Gateways without sources: the application around an endpoint that tells how many bytes reached it."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from prometheus_client import CollectorRegistry
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from graph.http.authenticator import Authenticator
from service.app import create_app
from service.authentication import NoAuthentication
from service.parts import CannotStart
from service.settings import Settings

KEY = "k" * 32


async def counting(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await JSONResponse({"data": {"bytes": len(body)}})(scope, receive, send)


async def breaking(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("the upstream said hunter2")


@dataclass(slots=True)
class AnyParts:
    graphql: ASGIApp = counting
    documents: ASGIApp = counting
    checks: Mapping[str, bool] = field(default_factory=lambda: {"directory": True})
    authenticator: Authenticator = field(default_factory=NoAuthentication)
    metrics: Collector = field(default_factory=CollectorRegistry)
    is_closed: bool = False

    async def ready(self) -> Mapping[str, bool]:
        return self.checks


def settings(**tables: Mapping[str, object]) -> Settings:
    return Settings.model_validate(tables | {"server": {"secret_keys": [KEY], **tables.get("server", {})}})


@asynccontextmanager
async def build(_: Settings) -> AsyncIterator[AnyParts]:
    yield AnyParts()


@asynccontextmanager
async def build_without_directory(of: Settings) -> AsyncIterator[AnyParts]:
    if of.directory:
        raise CannotStart("The directory cannot be reached. Check directory.url.")
    yield AnyParts()


AWAY = "TESTS_DIRECTORY_IS_AWAY"
"""Names a file that is there while the directory is away."""


@asynccontextmanager
async def build_unless_away(_: Settings) -> AsyncIterator[AnyParts]:
    if os.path.exists(os.environ[AWAY]):  # noqa: ASYNC240, PTH110  # at once, and for a test
        raise CannotStart("The directory cannot be reached. Check directory.url.")
    yield AnyParts()


@asynccontextmanager
async def running(parts: AnyParts, of: Settings | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the started application."""

    @asynccontextmanager
    async def build(_: Settings) -> AsyncIterator[AnyParts]:
        yield parts
        parts.is_closed = True

    app: Starlette = create_app(of or settings(), build)
    async with app.router.lifespan_context(app), client_of(app) as client:
        yield client


def client_of(app: ASGIApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:8000")
