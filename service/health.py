"""Is the process alive, is it ready for requests? For load balancers and orchestrators."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from service.parts import Parts

_PATIENCE_SECONDS = 2.0


async def healthz(_: Request) -> JSONResponse:
    """200 for as long as the process runs."""
    return JSONResponse({"alive": True})


async def readyz(request: Request) -> JSONResponse:
    """200 when everything that requests need is there, else 503; in both, which is and which is not."""
    parts: Parts = request.app.state.parts
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            checks = dict(await parts.ready())
    except TimeoutError:
        checks = {"answers": False}
    return JSONResponse(checks, 200 if all(checks.values()) else 503)


def routes() -> list[BaseRoute]:
    """Both probes."""
    return [Route("/healthz", healthz), Route("/readyz", readyz)]
