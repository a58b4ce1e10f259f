"""Serves an application whose requests choose what becomes of them: `python -m tests.frontdoor.serving SETTINGS`.

`/graphql?work=seconds` takes so long and says on standard error how it ended, `?bytes=n` answers so much,
`?parts=n` as many parts of a thousand bytes, one every tenth of a second and of a length that nobody told, anything
else tells how many bytes of a body came.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from service import server
from service.settings import Settings
from tests.service.gateways import AnyParts, settings

log = structlog.get_logger(__name__)


async def streamed(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * 1_000
        await asyncio.sleep(0.1)


async def answering(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive)
    if seconds := request.query_params.get("work"):
        log.info("work begins")
        try:
            await asyncio.sleep(float(seconds))
        except asyncio.CancelledError:
            log.info("work cancelled")
            raise
    if count := request.query_params.get("bytes"):
        await Response(b"x" * int(count))(scope, receive, send)
        return
    if count := request.query_params.get("parts"):
        await StreamingResponse(streamed(int(count)))(scope, receive, send)
        return
    body = await request.body()
    await JSONResponse({"bytes": len(body), "path": scope["path"], "headers": len(request.headers)})(
        scope, receive, send
    )


@asynccontextmanager
async def build(_: Settings) -> AsyncIterator[AnyParts]:
    yield AnyParts(graphql=answering)


if __name__ == "__main__":
    sys.exit(server.run(settings(**json.loads(sys.argv[1])), build, "info"))
