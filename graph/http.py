"""GraphQL over HTTP: the endpoint that the service mounts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import orjson
from cross_web import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from graph import errors
from graph.context import Context, Limits
from graph.explain import explain
from graph.schema import Schema
from resolvers.access import Principal
from resolvers.gateway import Gateway
from resolvers.model.errors import ErrorCode
from resolvers.model.operation import Operation

EXPLAIN = "x-invoice-graph-explain"
"""The header by which a client asks for `extensions.explain`."""


class Authenticator(Protocol):
    """Finds out who is asking."""

    async def authenticate(self, headers: Mapping[str, str]) -> Principal:
        """The principal behind a request's headers (names in lower case). Raises Unauthenticated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSettings:
    """How the endpoint answers.

    `document_link` writes a link for an invoice's id and its customer's; `may_explain` says who may ask what an
    operation did upstream.
    """

    limits: Limits
    deadline_seconds: float
    time_zone: ZoneInfo
    type_prefix: str = ""
    document_link: Callable[[str, str], str]
    may_explain: Callable[[Principal], bool] = lambda principal: principal.is_staff


class Endpoint(GraphQL[Context, None]):
    """Answers queries; each request has its own deadline, loaders and budget of upstream calls."""

    def __init__(
        self,
        schema: Schema,
        gateway: Gateway,
        authenticator: Authenticator,
        settings: EndpointSettings,
    ) -> None:
        super().__init__(schema, graphql_ide=None, subscription_protocols=())
        self._gateway, self._authenticator, self._settings = gateway, authenticator, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        request = Request(scope, receive)
        try:
            response = await self.run(request)
        except HTTPException as refusal:
            body = {"errors": [{"message": refusal.reason, "extensions": {"code": ErrorCode.BAD_USER_INPUT}}]}
            response = self._response(orjson.dumps(body), refusal.status_code)
        await response(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        """The context of one operation."""
        principal = await self._authenticator.authenticate(request.headers)
        settings = self._settings
        operation = Operation(0, settings.limits.upstream_calls, _request_id(request))
        operation.deadline = operation.clock() + settings.deadline_seconds
        context = Context(
            session=self._gateway.session(principal, operation),
            limits=settings.limits,
            today=self._today,
            type_prefix=settings.type_prefix,
            document_link=settings.document_link,
        )
        request.state.graphql = context
        return context

    def _today(self) -> date:
        return datetime.now(self._settings.time_zone).date()

    def decode_json(self, data: str | bytes) -> object:
        """What the client sent. Raises json.JSONDecodeError, of which orjson's error is one."""
        return orjson.loads(data)

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        """The response: data, errors in our words, and what the answer's readers must not miss."""
        context: Context = request.state.graphql
        has_executed = not isinstance(result, PreExecutionError)
        response: dict[str, Any] = {"data": result.data} if has_executed else {}
        if result.errors:
            request_id = context.session.operation.request_id
            response["errors"] = [
                errors.describe(error, has_executed=has_executed, request_id=request_id) for error in result.errors
            ]
        if extensions := self._extensions(request, context):
            response["extensions"] = extensions
        return response  # type: ignore[return-value]  # the library's TypedDict wants mutable copies

    def _extensions(self, request: Request, context: Context) -> dict[str, Any]:
        extensions: dict[str, Any] = {}
        if context.incomplete:
            extensions["incomplete"] = context.incomplete
        asks = request.headers.get(EXPLAIN, "").lower() in ("1", "true")
        if asks and self._settings.may_explain(context.session.principal):
            extensions["explain"] = explain(context.session.operation)
        return extensions

    def create_response(
        self, response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse], sub_response: Response
    ) -> Response:
        """The response in JSON; 400 where nothing was executed."""
        has_executed = isinstance(response_data, list) or "data" in response_data
        return self._response(orjson.dumps(response_data), 200 if has_executed else 400)

    @staticmethod
    def _response(body: bytes, status_code: int) -> Response:
        return Response(body, status_code, media_type="application/json")


def _request_id(request: Request | WebSocket) -> str:
    return str(getattr(request.state, "request_id", ""))
