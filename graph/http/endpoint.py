"""GraphQL over HTTP: the endpoint that the service mounts."""

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from graphql import ExperimentalIncrementalExecutionResults, GraphQLError
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from graph import errors, trace
from graph.context import Context, Limits
from graph.explain.explanation import Explainer
from graph.explain.rehearsal import Question
from graph.explain.wish import HEADER as EXPLAIN
from graph.http import freshness
from graph.http.admission import ALLOWED, admit
from graph.http.answer_size import too_large, within
from graph.http.authenticator import Authenticator
from graph.http.incremental import PartsResponse, parts
from graph.http.media_types import Accepted, MediaType
from graph.http.operation_request import (
    MalformedRequest,
    OperationRequest,
    TooManyValues,
    request_of_body,
    request_of_query_string,
)
from graph.http.persisted_queries import DocumentTexts, NoStore, PersistedQueries
from graph.http.refused import Refused, refusal
from graph.limits.variables import most_values
from graph.schema import Schema
from resolvers.access import Principal
from resolvers.gateway import Gateway
from resolvers.model.errors import ErrorCode, Unauthenticated
from resolvers.model.operation import Operation

_VARY = f"Accept, Authorization, {EXPLAIN}"
_ALLOWED_OPERATIONS = {method: OperationType.from_http(method) for method in ("GET", "POST")}


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSettings:
    """How the endpoint answers.

    `document_link` writes a link for an invoice's id and its customer's; `may_explain` says who may ask what an
    operation did upstream; a source's answer is as good as new for `fresh_seconds`, which clients may count on where
    nothing can be written.
    """

    limits: Limits
    deadline_seconds: float
    time_zone: ZoneInfo
    type_prefix: str = ""
    document_link: Callable[[str, str], str]
    may_explain: Callable[[Principal], bool] = lambda principal: principal.is_staff
    fresh_seconds: float = 0.0


class Endpoint:
    """Answers operations; each request has its own deadline, loaders and budget of upstream calls."""

    def __init__(
        self,
        schema: Schema,
        gateway: Gateway,
        authenticator: Authenticator,
        settings: EndpointSettings,
        documents: DocumentTexts | None = None,
    ) -> None:
        self._schema, self._gateway, self._authenticator = schema, gateway, authenticator
        self._settings, self._documents = settings, documents or PersistedQueries(NoStore())
        self._most_values = most_values(settings.limits)
        self._explainer = Explainer(schema, gateway, settings.may_explain)
        can_write = gateway.writing is not None and gateway.writing.writers
        self._fresh_seconds = 0.0 if can_write else settings.fresh_seconds  # whoever writes reads what they wrote

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        try:
            response = await self._answer(scope, receive)
        except Refused as refused:
            response = refusal(scope, refused.status, refused.message, refused.headers, code=ErrorCode.BAD_USER_INPUT)
        except TooManyValues:
            sentence = f"The body holds far more than the {self._most_values} values that are allowed."
            response = refusal(scope, HTTPStatus.BAD_REQUEST, sentence, code=ErrorCode.QUERY_TOO_COMPLEX)
        except MalformedRequest as mistake:
            response = refusal(scope, HTTPStatus.BAD_REQUEST, str(mistake))
        except Unauthenticated as stranger:
            challenge = {"www-authenticate": stranger.challenge}
            response = refusal(scope, HTTPStatus.UNAUTHORIZED, stranger.message, challenge, code=stranger.code)
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> ASGIApp:
        method, headers = scope["method"], Headers(scope=scope)
        if method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=ALLOWED)
        accepted = admit(method, headers)
        principal = await self._authenticator.authenticate(headers)
        context = self._context(scope, headers, principal, accepted)
        asked = await self._asked(scope, receive)
        result = await self._result(method, headers, asked, context)
        if isinstance(result, ExperimentalIncrementalExecutionResults):
            return self._in_parts(result, context)
        return freshness.conditional(method, headers, self._whole(result, context, accepted.media_type))

    async def _asked(self, scope: Scope, receive: Receive) -> OperationRequest:
        if scope["method"] == "GET":
            return request_of_query_string(scope["query_string"])
        return request_of_body(await _body(receive), self._most_values)

    def _context(self, scope: Scope, headers: Headers, principal: Principal, accepted: Accepted) -> Context:
        """The context of one operation."""
        settings = self._settings
        request_id = scope.get("state", {}).get("request_id", "")
        operation = Operation.within(settings.deadline_seconds, settings.limits.upstream_calls, request_id)
        return Context(
            session=self._gateway.session(principal, operation),
            limits=settings.limits,
            today=self._today,
            type_prefix=settings.type_prefix,
            document_link=settings.document_link,
            is_traced=headers.get(trace.HEADER) == "ftv1" and settings.may_explain(principal),
            in_parts=accepted.in_parts,
        )

    def _today(self) -> date:
        return datetime.now(self._settings.time_zone).date()

    async def _result(
        self, method: str, headers: Headers, asked: OperationRequest, context: Context
    ) -> ExecutionResult | ExperimentalIncrementalExecutionResults:
        """What came of the operation. Raises MalformedRequest, and Refused where GET would change something."""
        name = asked.operation_name or None
        try:
            text = await self._documents.text_of(asked)
            question = Question(text, asked.variables, name)
            explanation = await self._explainer.explain(headers, asked.extensions, question, context)
            context.report = explanation.report
            if explanation.answer is not None:
                return explanation.answer
            result: ExecutionResult | ExperimentalIncrementalExecutionResults = await self._schema.execute(
                text,
                variable_values=asked.variables,
                context_value=context,
                operation_name=name,
                allowed_operation_types=_ALLOWED_OPERATIONS[method],
            )
        except GraphQLError as error:
            return PreExecutionError(data=None, errors=[error])
        except CannotGetOperationTypeError:
            return PreExecutionError(data=None, errors=[_no_operation(asked)])
        except InvalidOperationTypeError as error:
            reason = f"{error.as_http_error_reason(method)}."
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, reason, headers={"allow": "POST"}) from error
        if not isinstance(result, PreExecutionError):
            await self._documents.ran(asked, text)
        return result

    def _whole(self, result: ExecutionResult, context: Context, media_type: MediaType) -> Response:
        """The response in one piece: data, errors in our words, and what the answer's readers must not miss."""
        has_begun = _has_begun(result)
        content: dict[str, Any] = {"data": result.data} if has_begun else {}
        if result.errors:
            has_executed = not isinstance(result, PreExecutionError)
            content["errors"] = _described(_bound(context)(result.errors), context, has_executed=has_executed)
        if extensions := {**self._extensions(context), **(result.extensions or {})}:
            content["extensions"] = extensions
        is_answered = has_begun or media_type is MediaType.JSON
        headers = {"vary": _VARY, "cache-control": freshness.NOT_KEPT}
        if context.only_reads and not content.keys() - {"data"}:
            fresh_seconds = 0.0 if context.has_links else self._fresh_seconds  # links run out sooner than answers may
            headers["cache-control"] = freshness.cache_control(context.session.operation, fresh_seconds)
        body, most = orjson.dumps(content), self._settings.limits.answer_bytes
        if len(body) > most and context.only_reads:
            headers["cache-control"] = freshness.NOT_KEPT
            is_answered = media_type is MediaType.JSON
            body = orjson.dumps({"errors": _described([too_large(most)], context, has_executed=False)})
        status = HTTPStatus.OK if is_answered else HTTPStatus.BAD_REQUEST
        return Response(body, status, headers, media_type)

    def _in_parts(self, results: ExperimentalIncrementalExecutionResults, context: Context) -> ASGIApp:
        """The response that brings deferred fragments when they come."""
        told, bound = 0, _bound(context)

        def extensions(is_last: bool) -> dict[str, Any]:
            nonlocal told
            said = self._extensions(context) if is_last else {}
            said["incomplete"], told = context.incomplete[told:], len(context.incomplete)
            return {name: content for name, content in said.items() if content}

        def describe(found: list[GraphQLError]) -> list[dict[str, Any]]:
            errors.log(found)
            return _described(bound(found), context, has_executed=True)

        headers = {"vary": _VARY, "cache-control": freshness.NOT_KEPT}
        sent: AsyncGenerator[Any] = parts(results, describe, extensions)
        if context.only_reads:
            refuse = partial(_described, context=context, has_executed=True)
            sent = within(self._settings.limits.answer_bytes, sent, refuse)
        return PartsResponse(sent, headers, context.session.operation)

    def _extensions(self, context: Context) -> dict[str, Any]:
        extensions: dict[str, Any] = {}
        if context.incomplete:
            extensions["incomplete"] = context.incomplete
        if context.report is not None:
            extensions["explain"] = context.report(context.session.operation)
        return extensions


async def _body(receive: Receive) -> bytes:
    """The request's body, which nearly always comes in one piece. Raises ClientDisconnect."""
    pieces: list[bytes] = []
    has_more = True
    while has_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        pieces.append(message.get("body", b""))
        has_more = message.get("more_body", False)
    return b"".join(pieces)


def _has_begun(result: ExecutionResult) -> bool:
    """Whether anything was executed: variables that do not fit are found before, and belong to no field.

    A plan, which is what has neither data nor errors, counts as executed.
    """
    if isinstance(result, PreExecutionError):
        return False
    return result.data is not None or not result.errors or any(error.path for error in result.errors or ())


def _no_operation(asked: OperationRequest) -> GraphQLError:
    name = asked.operation_name
    message = f"The document has no operation named {name!r}." if name else "The document has no operation."
    return GraphQLError(message, extensions={"code": ErrorCode.BAD_USER_INPUT})


def _bound(context: Context) -> Callable[[Sequence[GraphQLError]], Sequence[GraphQLError]]:
    """What is told of the errors of an answer, in parts or whole: a mutation's all, for they say what was written."""
    return errors.Told().of if context.only_reads else lambda found: found


def _described(found: Sequence[GraphQLError], context: Context, *, has_executed: bool) -> list[dict[str, Any]]:
    """The errors as they go out."""
    request_id = context.session.operation.request_id
    return [errors.describe(error, has_executed=has_executed, request_id=request_id) for error in found]
