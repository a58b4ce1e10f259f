"""A request that is none of GraphQL's: refused by HTTP's own words, before anybody asks what it wanted."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

import orjson
from starlette.responses import Response
from starlette.types import Scope

from graph.http.media_types import MediaType
from resolvers.model.errors import ErrorCode

_CODES = {
    HTTPStatus.FORBIDDEN: ErrorCode.FORBIDDEN,
    HTTPStatus.NOT_FOUND: ErrorCode.NOT_FOUND,
    HTTPStatus.INTERNAL_SERVER_ERROR: ErrorCode.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE: ErrorCode.SERVICE_UNAVAILABLE,
}
"""Of any other status, the caller's mistake: 501, too, which is another transfer encoding than chunked."""


class Refused(Exception):
    """The status, a sentence with the remedy, and the headers that belong to the status: the caller's mistake."""

    def __init__(self, status: HTTPStatus, message: str, *, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers


def refusal(
    scope: Scope,
    status: int,
    message: str = "",
    headers: Mapping[str, str] | None = None,
    *,
    code: ErrorCode | None = None,
) -> Response:
    """The answer to such a request, shaped as clients of GraphQL expect.

    It has a code, a sentence (the status's own name where none is given) and the request's id.
    """
    error = {
        "message": f"{(message or HTTPStatus(status).phrase).rstrip('.')}.",
        "extensions": {"code": code or _CODES.get(HTTPStatus(status), ErrorCode.BAD_USER_INPUT)},
    }
    body = {"errors": [error], "extensions": {"requestId": scope.get("state", {}).get("request_id")}}
    return Response(orjson.dumps(body), status, headers, MediaType.JSON)
