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


def delivered(document: DocumentNode, text: str, name: str | None, *, in_parts: bool) -> DocumentNode | GraphQLError:
    """The document as it is to be executed; an error where the client named no operation and there are several."""
    if is_ambiguous(document, name):
        return GraphQLError(_WHICH, extensions=_MISTAKE)
    return document if in_parts or DEFER.name not in text else _in_one_piece(text)


class Delivery(SchemaExtension):
    """Notes whether the operation only reads, and takes @defer out of what is answered in one piece.

    An operation that was not named among several is an error, whatever the first of them does.
    """

    def on_parse(self) -> Generator[None]:
        """Lets the library ask what the operation does only where it is known which it is."""
        execution = self.execution_context
        document = execution.graphql_document
        if document is not None and is_ambiguous(document, execution._provided_operation_name):
            execution.allowed_operations = OperationType
        yield

    def on_execute(self) -> Generator[None]:
        """Looks at the operation, which is valid, before it runs."""
        execution = self.execution_context
        context = execution.context
        if isinstance(context, Context):
            context.only_reads = execution.operation_type is OperationType.QUERY
            # The library has no public way to the client's own choice: its `operation_name` falls back to the first.
            name, document = execution._provided_operation_name, execution.graphql_document
            if document is not None:
                delivery = delivered(document, execution.query or "", name, in_parts=context.in_parts)
                if isinstance(delivery, GraphQLError):
                    execution.result = ExecutionResult(None, [delivery])
                else:
                    execution.graphql_document = delivery
        yield


def is_ambiguous(document: DocumentNode, name: str | None) -> bool:
    """Whether the library would run the first operation of several, where the specification wants an error."""
    if name is not None or len(document.definitions) == 1:
        return False
    return sum(isinstance(each, OperationDefinitionNode) for each in document.definitions) > 1


@lru_cache(_CACHED_DOCUMENTS)
def _in_one_piece(text: str) -> DocumentNode:
    document: DocumentNode = visit(parse(text), _WithoutDefer())
    return document


class _WithoutDefer(Visitor):
    """Takes the directive out of the tree, where the variables that only it used stay declared: that was validated."""

    def enter_directive(self, node: DirectiveNode, *_: object) -> VisitorAction:
        """Removes the one."""
        return REMOVE if node.name.value == DEFER.name else None
