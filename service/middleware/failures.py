"""The last boundary: what a guard refuses is said in our words; a fault of ours is logged, and told without a word."""

from __future__ import annotations

import structlog
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from graph.http.refused import refusal
from service.logged_path import logged_path
from service.middleware.answer_head import answered_status

log = structlog.get_logger(__name__)


class Failures:
    """Answers HTTPException with its status and sentence, and 500 to what nobody else caught.

    An answer already begun is cut: it must not pass for a whole one.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on, and answers for what breaks."""
        try:
            await self.app(scope, receive, send)
        except Exception as error:
            has_begun = answered_status(scope) is not None
            if isinstance(error, HTTPException) and not has_begun:
                answer = refusal(scope, error.status_code, error.detail, error.headers)
            else:
                log.exception("request failed", path=logged_path(scope))
                if has_begun:
                    raise
                answer = refusal(scope, 500, "The gateway failed. Its log says why, under this request's id.")
            await answer(scope, receive, send)
