"""`GET /documents/TOKEN`: the vendor's PDF of an invoice, for whoever holds a link that the graph wrote."""

from __future__ import annotations

import structlog
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from graph.http.authenticator import Authenticator
from graph.http.connected import while_connected
from graph.http.refused import refusal
from resolvers.access import Principal
from resolvers.document_link import DocumentLinks
from resolvers.gateway import Gateway
from resolvers.model.errors import (
    CallBudgetExceeded,
    DirectoryUnavailable,
    OperationTimeout,
    SourceError,
    Unauthenticated,
)
from resolvers.model.operation import Operation

_log = structlog.get_logger("invoice_graph.documents")
_HEADERS = {
    "cache-control": "private, no-store",
    "content-disposition": 'inline; filename="invoice.pdf"',
    "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
}
_GRACE_SECONDS = 1.0
"""Behind the deadline, for the answer that says so."""


class Documents:
    """Gives out the document behind a link: 404 where it leads nowhere, 502 where the source fails, 503 the directory.

    No token is asked for. One that comes along all the same is checked: 401 where it is no good, and 404 where it is
    of somebody who may not see the invoice's customer.
    """

    def __init__(
        self, links: DocumentLinks, gateway: Gateway, authenticator: Authenticator, *, deadline_seconds: float
    ) -> None:
        self._links, self._gateway, self._deadline_seconds = links, gateway, deadline_seconds
        self._authenticator = authenticator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, and lets go of the source when the client hangs up."""
        seconds = self._deadline_seconds + _GRACE_SECONDS
        await while_connected(self._answer(scope, receive, send), receive, seconds)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = scope.get("state", {}).get("request_id", "")
        operation = Operation.within(self._deadline_seconds, request_id=request_id)
        try:
            principal = await self._principal(Headers(scope=scope))
            token = scope["path_params"]["token"]
            document = await self._links.open(self._gateway, token, operation, principal)
        except Unauthenticated as error:
            challenge = {"www-authenticate": error.challenge}
            await refusal(scope, 401, error.message, challenge, code=error.code)(scope, receive, send)
            return
        except (DirectoryUnavailable, OperationTimeout) as error:
            if isinstance(error, DirectoryUnavailable):
                _log.error("directory failed", code=error.code, detail=error.detail)
            await refusal(scope, 503, error.message, code=error.code)(scope, receive, send)
            return
        except (SourceError, CallBudgetExceeded) as error:
            if isinstance(error, SourceError):
                _log.warning("no document", source=error.source, code=error.code, detail=error.detail)
            await refusal(scope, 502, error.message, code=error.code)(scope, receive, send)
            return
        if document is None:
            await refusal(scope, 404, "There is no such document, or the link has run out")(scope, receive, send)
            return
        await Response(document.content, headers=_HEADERS, media_type=document.media_type)(scope, receive, send)

    async def _principal(self, headers: Headers) -> Principal | None:
        """Who follows the link, where that is said at all. Raises Unauthenticated."""
        return await self._authenticator.authenticate(headers) if "authorization" in headers else None
