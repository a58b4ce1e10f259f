"""Fits an operation to how it was asked for: the one that was named, without deferred parts where none are taken."""

from collections.abc import Generator, Iterable
from functools import lru_cache

from graphql import (
    REMOVE,
    DirectiveNode,
    DocumentNode,
    ExecutionResult,
    GraphQLDeferDirective,
    GraphQLDirective,
    GraphQLError,
    GraphQLStreamDirective,
    OperationDefinitionNode,
    Visitor,
    VisitorAction,
    parse,
    visit,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.schema_directive import StrawberrySchemaDirective
from strawberry.types.graphql import OperationType

from graph.context import Context
from resolvers.model.errors import ErrorCode

_CACHED_DOCUMENTS = 100
_WHICH = "The document has several operations: name one as operationName."
_MISTAKE = {"code": ErrorCode.BAD_USER_INPUT}
_UNPRINTED = StrawberrySchemaDirective("defer", "defer", [], [], print_definition=False)

DEFER = GraphQLDirective(
    **GraphQLDeferDirective.to_kwargs() | {"extensions": {GraphQLCoreConverter.DEFINITION_BACKREF: _UNPRINTED}}
)
"""`@defer`, left out of the SDL that composition reads: a supergraph's router has its own."""


def offered(directives: Iterable[GraphQLDirective]) -> tuple[GraphQLDirective, ...]:
    """The library's directives with our `@defer`, without `@stream`: rows of a list come together anyway."""
    kept = (each for each in directives if each.name not in (DEFER.name, GraphQLStreamDirective.name))
    return (*kept, DEFER)


class Delivery(SchemaExtension):
    """Notes whether the operation only reads, and takes @defer out of what is answered in one piece.

    An operation that was not named among several is an error.
    """

    def on_execute(self) -> Generator[None]:
        """Looks at the operation, which is valid, before it runs."""
        execution = self.execution_context
        context = execution.context
        if isinstance(context, Context):
            context.only_reads = execution.operation_type is OperationType.QUERY
            # The library has no public way to the client's own choice: its `operation_name` falls back to the first.
            if execution._provided_operation_name is None and _is_ambiguous(execution.graphql_document):
                execution.result = ExecutionResult(None, [GraphQLError(_WHICH, extensions=_MISTAKE)])
            if not context.in_parts and execution.query and f"@{DEFER.name}" in execution.query:
                execution.graphql_document = _in_one_piece(execution.query)
        yield


def _is_ambiguous(document: DocumentNode | None) -> bool:
    """Whether the library would run the first operation of several, where the specification wants an error."""
    definitions = document.definitions if document else ()
    return sum(isinstance(each, OperationDefinitionNode) for each in definitions) > 1


@lru_cache(_CACHED_DOCUMENTS)
def _in_one_piece(text: str) -> DocumentNode:
    document: DocumentNode = visit(parse(text), _WithoutDefer())
    return document


class _WithoutDefer(Visitor):
    """Takes the directive out of the tree, where the variables that only it used stay declared: that was validated."""

    def enter_directive(self, node: DirectiveNode, *_: object) -> VisitorAction:
        """Removes the one."""
        return REMOVE if node.name.value == DEFER.name else None
