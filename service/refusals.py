"""The small JSON answers to requests that never became a GraphQL operation, shaped as clients of GraphQL expect."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import orjson
from starlette.responses import Response
from starlette.types import Scope

from resolvers.model.errors import ErrorCode

_CODES = {404: ErrorCode.NOT_FOUND, 500: ErrorCode.INTERNAL_SERVER_ERROR}


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
        "extensions": {"code": code or _CODES.get(status, ErrorCode.BAD_USER_INPUT)},
    }
    body = {"errors": [error], "extensions": {"requestId": scope.get("state", {}).get("request_id")}}
    return Response(orjson.dumps(body), status, headers, "application/json")
