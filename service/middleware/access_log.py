"""One structured line for every request: never its query string, headers or body, which hold what is private."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from service.logged_path import logged_path
from service.middleware.answer_head import answered_status

_log = structlog.get_logger(__name__)


class AccessLog:
    """Logs method, path, status and milliseconds; status None where the client left before an answer."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = perf_counter) -> None:
        self.app = app
        self.clock = clock
        self._log = _log.bind()  # once: unbound, it is put together anew for every line

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on, and logs when all is said."""
        started = self.clock()
        try:
            await self.app(scope, receive, send)
        finally:
            milliseconds = round((self.clock() - started) * 1000, 1)
            self._log.info(
                "request",
                method=scope["method"],
                path=logged_path(scope),
                status=answered_status(scope),
                milliseconds=milliseconds,
            )
