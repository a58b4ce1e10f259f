"""The web application: routes, and what happens to every request on the way to them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from graph.explain.wish import HEADER as EXPLAIN
from service import explorer, health, metrics
from service.log_metrics import LogMetrics
from service.logs import log_sink
from service.middleware.access_log import AccessLog
from service.middleware.answer_head import REQUEST_ID, AnswerHead
from service.middleware.body_limit import BodyLimit
from service.middleware.compression import Compression
from service.middleware.crowd import Crowd, Room
from service.middleware.failures import Failures
from service.middleware.host_list import HostList
from service.middleware.request_id import RequestId
from service.middleware.request_metrics import RequestMetrics
from service.middleware.startup import Startup
from service.parts import Build, Parts
from service.settings import ServerSettings, Settings

_HEADERS = (
    "authorization",
    "content-type",
    "if-none-match",
    REQUEST_ID,
    EXPLAIN,
    "apollo-require-preflight",
    "apollographql-client-name",
    "apollographql-client-version",
    "graphql-require-preflight",
    "x-apollo-operation-name",
    "traceparent",
    "tracestate",
    "baggage",
    "sentry-trace",
)
"""What the clients that we know of send, tracing in the page too, and pages of the configured origins may."""

_COMPRESSION = Middleware(Compression, minimum_size=2_000, compresslevel=3, exclude_content_types=())
"""For those who ask. The highest level takes six times as long to save a fifth of the bytes. No type is left out: the
endpoint has none that is compressed already, and the library reads its list of them anew for every request."""

_LARGEST_BODIES = 64
"""So many of them may be held at once, whatever the number of requests."""


def create_app(settings: Settings, build: Build) -> Starlette:
    """The application; its lifespan builds the parts and closes them."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    registry.register(LogMetrics(log_sink()))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with build(settings) as parts:
            app.state.parts = parts
            registry.register(parts.metrics)
            yield

    guards = _guards(settings.server)
    app = _Application(
        routes=[
            Route("/graphql", _GraphQL(), middleware=[*guards, _COMPRESSION]),  # what nearly all requests are for
            *health.routes(),
            *metrics.routes(settings, registry),
        ],
        middleware=[
            Middleware(RequestId),
            Middleware(AnswerHead),
            Middleware(AccessLog),
            Middleware(RequestMetrics, registry=registry),
            *_origins(settings.server),  # outside of Failures: pages shall read why they were refused
            Middleware(Failures),
        ],
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.router.default = Mount("/", _others(settings), middleware=guards).app  # as a route it won over a probe's 405
    return app


class _Application(Starlette):
    """Starlette without its own two layers around every answer, for which `Failures` stands in.

    The middleware sees requests only.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or starts and stops."""
        scope["app"] = self
        if self.middleware_stack is None:
            self.middleware_stack = self.build_middleware_stack()
        app = Startup(self.router) if scope["type"] == "lifespan" else self.middleware_stack
        await app(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        app: ASGIApp = self.router
        for make, args, kwargs in reversed(self.user_middleware):
            app = make(app, *args, **kwargs)
        return app


class _GraphQL:
    """The endpoint of the parts, which are there once the application has started."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        parts: Parts = scope["app"].state["parts"]
        await parts.graphql(scope, receive, send)


class _Documents:
    """The parts' documents, likewise; for GET alone, where a route's own list of methods would let HEAD in, too."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            raise HTTPException(405, headers={"allow": "GET"})
        parts: Parts = scope["app"].state["parts"]
        await parts.documents(scope, receive, send)


def _others(settings: Settings) -> Router:
    """What else clients come for; an address is right or wrong, and a wrong one is not redirected."""
    routes: list[BaseRoute] = [Route("/documents/{token}", _Documents())]
    if settings.graph.explorer:
        routes += explorer.routes()
    return Router(routes, redirect_slashes=False)


def _origins(server: ServerSettings) -> list[Middleware]:
    """Lets pages of `server.cors_origins` read every answer; where there are none, nothing."""
    if not server.cors_origins:
        return []
    cors = Middleware(
        CORSMiddleware,
        allow_origins=server.cors_origins,
        allow_methods=("GET", "POST"),
        allow_headers=_HEADERS,
        expose_headers=(REQUEST_ID, "etag", "retry-after"),
    )
    return [cors]


def _guards(server: ServerSettings) -> list[Middleware]:
    """What stands before everything but the probes, which are asked by address and tell nothing."""
    room = Room(server.max_requests, _LARGEST_BODIES * server.max_body_bytes)
    return [
        Middleware(HostList, hosts=server.trusted_hosts),
        Middleware(Crowd, room=room),
        Middleware(BodyLimit, max_bytes=server.max_body_bytes),
    ]
