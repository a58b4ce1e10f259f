"""An operation run over stand-ins, for the calls that it would make."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import ExperimentalIncrementalExecutionResults, GraphQLError
from strawberry import Schema
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from graph.context import Context
from resolvers.gateway import Gateway
from resolvers.model.errors import RequestError
from resolvers.model.operation import Operation


@dataclass(frozen=True, slots=True)
class Question:
    """A document with its variables, and the name of the operation in it that is meant (None: the only one)."""

    text: str | None
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the operation would call, and the client's mistakes in it. With `is_refused` it would not be run at all."""

    operation: Operation
    errors: tuple[GraphQLError, ...]
    is_refused: bool


async def rehearse(schema: Schema, question: Question, context: Context, gateway: Gateway) -> Rehearsal:
    """The operation's calls over a gateway of stand-ins. Raises strawberry's InvalidOperationTypeError for a write."""
    asking = context.session.operation
    operation = Operation(asking.deadline, asking.call_budget, asking.request_id, asking.clock)
    session = gateway.session(context.session.principal, operation)
    result: ExecutionResult | ExperimentalIncrementalExecutionResults = await schema.execute(
        question.text,
        variable_values=dict(question.variables or {}),
        context_value=replace(context, session=session, incomplete=[]),
        operation_name=question.operation_name,
        allowed_operation_types=[OperationType.QUERY],
    )
    errors = await _errors(result)
    is_refused = isinstance(result, PreExecutionError)
    mistakes = (error for error in errors if is_refused or isinstance(error.original_error, RequestError))
    return Rehearsal(operation, tuple(mistakes), is_refused)


async def _errors(result: ExecutionResult | ExperimentalIncrementalExecutionResults) -> list[GraphQLError]:
    """Those of the answer, and of its deferred parts."""
    if isinstance(result, ExecutionResult):
        return list(result.errors or ())
    errors = list(result.initial_result.errors or ())
    async for part in result.subsequent_results:
        for each in (*(part.incremental or ()), *(part.completed or ())):
            errors += each.errors or ()
    return errors
