"""The head of every answer: it is given what all say, and its status is noted for who counts and logs.

Browsers are told to guess, frame, embed and keep nothing. A page that needs more, as the explorer, says so itself.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_ID = "x-request-id"
SECURITY = {
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

_SECURITY = [(name.encode(), value.encode()) for name, value in SECURITY.items()]
_REQUEST_ID = REQUEST_ID.encode()


class AnswerHead:
    """Adds the security headers that an answer does not already have, and the request's id."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on, and completes what comes back."""
        state = scope["state"]

        async def send_completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                state["status"] = message["status"]
                headers = message["headers"]
                said = dict(headers)
                added = [pair for pair in _SECURITY if pair[0] not in said]
                message["headers"] = [*headers, *added, (_REQUEST_ID, state["request_id"].encode())]
            await send(message)

        await self.app(scope, receive, send_completed)


def answered_status(scope: Scope) -> int | None:
    """The status of the answer that has begun to a request; None before."""
    status: int | None = scope["state"].get("status")
    return status
