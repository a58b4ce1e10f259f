"""Says in one line why the gateway cannot start; only a fault of ours brings its traceback."""

from __future__ import annotations

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.parts import CannotStart

log = structlog.get_logger(__name__)


class Startup:
    """Logs what start-up and shut-down raise, in place of the traceback that Starlette hands to the server."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on, and listens."""

        async def send_without_traceback(message: Message) -> None:
            await send({**message, "message": ""} if message["type"].endswith(".failed") else message)

        try:
            await self.app(scope, receive, send_without_traceback)
        except CannotStart as error:
            log.error("cannot start", reason=str(error))  # noqa: TRY400  # the reason is all there is to know
            raise
        except Exception:
            log.exception("cannot start or stop")
            raise
