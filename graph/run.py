"""One operation's run: read, checked and executed as the library does it, without its machinery for extensions.

That machinery enters and leaves four stacks of contexts an operation, and looks for each one's hooks anew, for nobody.
Where something does watch, as the trace does, the library runs the operation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    experimental_execute_incrementally,
    get_operation_ast,
)
from graphql.execution import Executor
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType
from strawberry.utils.operation import get_first_operation, get_operation_type

from graph.context import Context
from graph.delivery import delivered, is_ambiguous
from graph.limits.checked import DocumentCheck
from graph.limits.variables import let_go_of_undeclared


class NotRun(Exception):
    """The operation may not run, for these errors."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__()
        self.errors = errors


@dataclass(slots=True, kw_only=True)
class Run:
    """What is to run: a document's text, the name as the client gave it, the variables, and what they may be for.

    Variables that the operation does not declare are taken out of it once the document is read.
    """

    text: str
    name: str | None
    variables: dict[str, Any] | None
    allowed: Iterable[OperationType]
    context: Context


def checked_document(run: Run, schema: GraphQLSchema, check: DocumentCheck) -> DocumentNode:
    """The document, whose operation may run.

    Raises NotRun, GraphQLError for a text that cannot be read, CannotGetOperationTypeError where no operation has the
    name, and InvalidOperationTypeError for one of a type that is not allowed, where it is known which is meant.
    """
    known = check.read(run.text)
    name = run.name if run.name is not None else _first_name(known.document)
    try:
        type_ = get_operation_type(known.document, name)
    except RuntimeError as error:
        raise CannotGetOperationTypeError(name) from error
    if type_ not in run.allowed and not is_ambiguous(known.document, run.name):
        raise InvalidOperationTypeError(type_)
    if errors := check.errors(schema, known, name, run.variables or {}):
        raise NotRun(errors)
    operation = get_operation_ast(known.document, name)
    if operation is not None and run.variables:
        let_go_of_undeclared(operation, run.variables)
    run.context.only_reads, run.context.selections = type_ is OperationType.QUERY, known.selections
    return known.document


def executed(
    run: Run, document: DocumentNode, schema: GraphQLSchema, executor: type[Executor[Any]], options: Mapping[str, Any]
) -> Any:  # noqa: ANN401  # a result, or those of an operation with deferred parts
    """What comes of the checked document, to be awaited unless it is there already."""
    delivery = delivered(document, run.text, run.name, in_parts=run.context.in_parts)
    if isinstance(delivery, GraphQLError):
        return ExecutionResult(None, [delivery])
    return experimental_execute_incrementally(
        schema,
        delivery,
        variable_values=run.variables,
        operation_name=run.name if run.name is not None else _first_name(document),
        context_value=run.context,
        is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # the library's own, less exactly typed
        executor_class=executor,
        **options,
    )


def _first_name(document: DocumentNode) -> str | None:
    operation = get_first_operation(document)
    return operation.name.value if operation and operation.name else None
