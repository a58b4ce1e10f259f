"""The web application: routes, and what happens to every request on the way to them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import Receive, Scope, Send

from service import explorer, health
from service.middleware.access_log import AccessLog
from service.middleware.body_limit import BodyLimit
from service.middleware.failures import Failures
from service.middleware.request_id import HEADER as REQUEST_ID
from service.middleware.request_id import RequestId
from service.middleware.security_headers import SecurityHeaders
from service.middleware.startup import Startup
from service.parts import Build, Parts
from service.refusals import refusal
from service.settings import ServerSettings, Settings


def create_app(settings: Settings, build: Build) -> Starlette:
    """The application; its lifespan builds the parts and closes them."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with build(settings) as parts:
            app.state.parts = parts
            yield

    return Starlette(
        routes=[*health.routes(), Mount("/", _doors(settings), middleware=_guards(settings.server))],
        middleware=[
            Middleware(Startup),
            Middleware(RequestId),
            Middleware(AccessLog),
            Middleware(SecurityHeaders),
            Middleware(Failures),
        ],
        exception_handlers={HTTPException: _refuse},
        lifespan=lifespan,
    )


class _GraphQL:
    """The endpoint of the parts, which are there once the application has started."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        parts: Parts = scope["app"].state.parts
        await parts.graphql(scope, receive, send)


class _Documents:
    """The parts' documents, likewise; for GET alone, where a route's own list of methods would let HEAD in, too."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            raise HTTPException(405, headers={"allow": "GET"})
        parts: Parts = scope["app"].state.parts
        await parts.documents(scope, receive, send)


def _doors(settings: Settings) -> Router:
    """What clients come for; an address is right or wrong, and a wrong one is not redirected."""
    routes: list[BaseRoute] = [
        Route("/graphql", _GraphQL()),
        Route("/documents/{token}", _Documents()),
    ]
    if settings.graph.explorer:
        routes += explorer.routes()
    return Router(routes, redirect_slashes=False)


def _guards(server: ServerSettings) -> list[Middleware]:
    """What stands before everything but the probes, which are asked by address and tell nothing."""
    guards = [Middleware(TrustedHostMiddleware, allowed_hosts=server.trusted_hosts, www_redirect=False)]
    if server.cors_origins:
        cors = Middleware(
            CORSMiddleware,
            allow_origins=server.cors_origins,
            allow_methods=("GET", "POST"),
            allow_headers=("authorization", "content-type", REQUEST_ID, "apollo-require-preflight"),
            expose_headers=(REQUEST_ID,),
        )
        guards.append(cors)
    return [*guards, Middleware(BodyLimit, max_bytes=server.max_body_bytes)]


async def _refuse(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return refusal(request.scope, error.status_code, error.detail, error.headers)
