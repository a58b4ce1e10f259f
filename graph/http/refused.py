"""A request that is none of GraphQL's: refused by HTTP's own words, before anybody asks what it wanted."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

import orjson
from starlette.responses import Response

from graph.http.media_types import MediaType
from resolvers.model.errors import ErrorCode


class Refused(Exception):
    """The status, a sentence with the remedy, and the headers that belong to the status."""

    def __init__(
        self,
        status: HTTPStatus,
        message: str,
        *,
        code: ErrorCode = ErrorCode.BAD_USER_INPUT,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.headers = status, message, code, headers


def refusal(status: HTTPStatus, message: str, code: ErrorCode, headers: Mapping[str, str]) -> Response:
    """The answer to such a request, shaped as clients of GraphQL expect."""
    body = {"errors": [{"message": message, "extensions": {"code": code}}]}
    return Response(orjson.dumps(body), status, headers, MediaType.JSON)
