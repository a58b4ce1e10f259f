"""The last boundary: a fault of ours is logged with its traceback, and the client learns that there was one."""

from __future__ import annotations

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.logged_path import logged_path
from service.refusals import refusal

log = structlog.get_logger(__name__)


class Failures:
    """Answers 500 to what nobody else caught. An answer already begun is cut: it must not pass for a whole one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on, and answers for what breaks."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        has_begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_begun
            has_begun = has_begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except Exception:
            log.exception("request failed", path=logged_path(scope))
            if has_begun:
                raise
            await refusal(scope, 500, "The gateway failed. Its log says why, under this request's id.")(
                scope, receive, send
            )
