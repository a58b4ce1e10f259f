"""The small JSON answers to requests that never became a GraphQL operation, shaped as clients of GraphQL expect."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import orjson
from starlette.responses import Response
from starlette.types import Scope

from resolvers.model.errors import ErrorCode

_CODES = {
    HTTPStatus.FORBIDDEN: ErrorCode.FORBIDDEN,
    HTTPStatus.NOT_FOUND: ErrorCode.NOT_FOUND,
    HTTPStatus.INTERNAL_SERVER_ERROR: ErrorCode.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE: ErrorCode.SERVICE_UNAVAILABLE,
}
"""Of any other status, the caller's mistake: 501, too, which is another transfer encoding than chunked."""


def refusal(
    scope: Scope,
    status: int,
    message: str = "",
    headers: Mapping[str, str] | None = None,
    *,
    code: ErrorCode | None = None,
) -> Response:
    """An answer with a code, a sentence (the status's own name where none is given) and the request's id."""
    error = {
        "message": f"{(message or HTTPStatus(status).phrase).rstrip('.')}.",
        "extensions": {"code": code or _CODES.get(HTTPStatus(status), ErrorCode.BAD_USER_INPUT)},
    }
    body = {"errors": [error], "extensions": {"requestId": scope.get("state", {}).get("request_id")}}
    return Response(orjson.dumps(body), status, headers, "application/json")
