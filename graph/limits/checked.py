"""Whether an operation may run: limits, validity and the rows it may ask for, before any of it does.

What depends on the document alone is found out once per text.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    VariableDefinitionNode,
    get_named_type,
    get_operation_ast,
    is_introspection_type,
    parse,
    specified_rules,
    validate,
)
from graphql.validation import ASTValidationRule, ValidationRule
from strawberry.extensions import SchemaExtension

from graph.context import Context, Limits
from graph.last_used import LastUsed
from graph.limits.document import ShortNumbers, too_complex, within_limits
from graph.limits.known_document import KnownDocument
from graph.limits.list_cost import ListCost
from graph.limits.variables import excess_of
from resolvers.model.errors import ErrorCode

MOST_ERRORS = 5
"""Mistakes told of one document; the next run tells the rest. Each costs a search for the name that was meant."""

_KEPT_DOCUMENTS, _KEPT_CHARACTERS = 1_000, 1_000_000
"""A tree takes seventy times its text, and what its runs find selected as much again."""

_COUNTLESS = 1_000_000_000
"""More rows than that are not told: a variable may hold a number of thousands of digits."""

_SERVICE_TYPE = "_Service"
_UNFIT = (
    "The document does not fit the schema: a name in it is unknown, an argument does not fit, an object lacks its "
    "selection, or a leaf must not have a sub selection."
)

_RULES: tuple[type[ASTValidationRule], ...] = tuple(specified_rules)


class DocumentCheck:
    """Finds what forbids a document to run, and remembers what it found."""

    def __init__(self, limits: Limits, *, introspection: bool) -> None:
        self.limits = limits
        self.known: LastUsed[str, KnownDocument] = LastUsed(_KEPT_DOCUMENTS, _KEPT_CHARACTERS)
        self._introspection = introspection
        self._first = within_limits(limits)

    def read(self, text: str) -> KnownDocument:
        """The document of this text, which is parsed but once. Raises GraphQLError where it is too long, or none."""
        most = self.limits.document_length
        if len(text) > most:
            raise too_complex(f"The document is longer than the {most} characters that are allowed.")
        known = self.known.find(text)
        if known is None:
            document = parse(text, max_tokens=self.limits.tokens)
            known = self.known.keep(text, KnownDocument(document), len(text))
        return known

    def errors(
        self,
        schema: GraphQLSchema,
        known: KnownDocument,
        operation_name: str | None,
        variables: Mapping[str, Any],
    ) -> list[GraphQLError]:
        """What forbids this operation to run with these variables; empty: nothing does."""
        if known.errors is None:
            known.errors = self._validate(schema, known)
            self._expect_runs(known)
        if known.errors:
            return list(known.errors)
        operation = get_operation_ast(known.document, operation_name)
        if operation is None:  # which the execution tells in its own words
            return []
        if excess := excess_of(schema, operation, variables, self.limits):
            return [too_complex(excess, operation)]
        if known.cost is None:
            known.cost = ListCost(schema, known.fragments)
        rows, most = known.cost.of(operation, variables), self.limits.list_cost
        if rows > most:
            asked = f"{rows}" if rows < _COUNTLESS else f"more than {_COUNTLESS}"
            sentence = f"The operation may ask for {asked} rows, and {most} are allowed. Ask for shorter pages."
            return [too_complex(sentence, operation)]
        return []

    def _expect_runs(self, known: KnownDocument) -> None:
        """Charges a document that may run, if it is one of those kept, with all that is kept of it."""
        text = known.document.loc.source.body if known.document.loc else ""
        if not known.errors:
            characters = known.expect_runs(text)
            if self.known.find(text) is known:
                self.known.keep(text, known, characters)

    def _validate(self, schema: GraphQLSchema, known: KnownDocument) -> Sequence[GraphQLError]:
        if known.count.repeats > self.limits.repeats:  # the library's rules would take too long
            return [too_complex("The document repeats the same fields too often. Ask for each once.")]
        document = known.document
        if self._introspection:
            return validate(schema, document, (self._first, ShortNumbers, *_RULES), MOST_ERRORS)
        own = (self._first, ShortNumbers, _NoIntrospection)
        return _unnamed(validate(schema, document, (*own, *_RULES), MOST_ERRORS, hide_suggestions=True))


class Checked(SchemaExtension):
    """Lets an operation run only if the check finds nothing against it."""

    def __init__(self, check: DocumentCheck) -> None:
        self._check = check

    def on_parse(self) -> Iterator[None]:
        """Refuses a text too long to be read, and reads each but once."""
        context = self.execution_context
        if context.query and context.graphql_document is None:
            context.graphql_document = self._check.read(context.query).document
        yield

    def on_validate(self) -> Iterator[None]:
        """Checks in place of the library's own validation."""
        context = self.execution_context
        if context.graphql_document is not None:
            known = self._check.known.find(context.query or "")
            if known is None or known.document is not context.graphql_document:
                known = KnownDocument(context.graphql_document)
            errors = self._check.errors(
                context.schema._schema,  # the library has no public way to it
                known,
                context.operation_name,
                context.variables or {},
            )
            context.pre_execution_errors = errors
            if isinstance(context.context, Context):
                context.context.selections = known.selections
        yield


class _NoIntrospection(ValidationRule):
    """Neither introspection nor the subgraph's SDL, which tells the same."""

    def enter_field(self, node: FieldNode, *_: object) -> None:
        type_ = get_named_type(self.context.get_type())
        if type_ is not None and (is_introspection_type(type_) or type_.name == _SERVICE_TYPE):
            code = {"code": ErrorCode.GRAPHQL_VALIDATION_FAILED}
            self.report_error(GraphQLError("Introspection is switched off here.", node, extensions=code))


def _unnamed(errors: Sequence[GraphQLError]) -> list[GraphQLError]:
    """The errors without a name from the schema: ours once each, the library's as one at all their places."""
    own = {error.message: error for error in errors if error.extensions and "code" in error.extensions}
    others = [error for error in errors if not (error.extensions and "code" in error.extensions)]
    places = [node for error in others for node in error.nodes or ()]
    return [*own.values(), *([GraphQLError(_UNFIT, places)] if others else [])]


def without_types(errors: Sequence[GraphQLError]) -> list[GraphQLError]:
    """The errors of an operation; where variables do not fit, which, and where in them, but nothing of their types."""
    unfit = {error.message.partition(":")[0]: error for error in errors if _is_of_a_variable(error)}
    told = ((place.replace("has invalid value", "does not fit its type"), error) for place, error in unfit.items())
    return [GraphQLError(f"{place}.", error.nodes) for place, error in told] or list(errors)


def _is_of_a_variable(error: GraphQLError) -> bool:
    return any(isinstance(node, VariableDefinitionNode) for node in error.nodes or ())
