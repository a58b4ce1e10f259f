"""Values made up for an operation's variables, so that it can be rehearsed without a client. Pure."""

from collections.abc import Iterator, Mapping
from itertools import product
from types import MappingProxyType

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    is_required_input_field,
    visit,
)
from graphql.utilities import type_from_ast

from resolvers.model.identity import account_id, invoice_id

_NOBODY = "made-up"
_MOST_OPEN = 4
_VALUES: Mapping[str, object] = MappingProxyType(
    {
        "Int": 20,
        "Float": 1.0,
        "Boolean": True,
        "Date": "2026-01-31",
        "DateTime": "2026-01-31T12:00:00Z",
        "Decimal": "1",
        "CurrencyCode": "EUR",
        "CountryCode": "NL",
        "URL": "https://example.org/",
        "_Any": {"__typename": "Customer", "id": _NOBODY},
    }
)


def made_up_variables(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, source: str, type_prefix: str
) -> dict[str, object]:
    """Values for the variables that must have one; ids are of the source, and texts are its name."""
    uses = _uses(document)
    made: dict[str, object] = {}
    for node in operation.variable_definitions or ():
        type_ = type_from_ast(schema, node.type)
        if node.default_value is None and isinstance(type_, GraphQLNonNull):
            name = node.variable.name.value
            made[name] = _MadeUp(source, uses.get(name, ""), type_prefix).value(type_)
    return made


def made_up_conditions(document: DocumentNode, operation: OperationDefinitionNode) -> Iterator[dict[str, bool]]:
    """Values for the variables of @include and @skip, with which the most is selected.

    What stands in both is true once and false once; of more than four of these, the others are true.
    """
    included, skipped = _conditions(document)
    names = [node.variable.name.value for node in operation.variable_definitions or ()]
    settled = {name: name in included for name in names if name in included ^ skipped}
    open_ = [name for name in names if name in included & skipped]
    for values in product((True, False), repeat=min(len(open_), _MOST_OPEN)):
        yield settled | dict.fromkeys(open_, True) | dict(zip(open_, values, strict=False))


class _MadeUp:
    """Makes up values of a type; `field` is where an id is handed to."""

    def __init__(self, source: str, field: str, type_prefix: str) -> None:
        self._source, self._field, self._type_prefix = source, field, type_prefix

    def value(self, type_: GraphQLInputType) -> object:
        if isinstance(type_, GraphQLNonNull):
            return self.value(type_.of_type)
        if isinstance(type_, GraphQLList):
            return [self.value(type_.of_type)]
        if isinstance(type_, GraphQLEnumType):
            return next(iter(type_.values))
        if isinstance(type_, GraphQLInputObjectType):
            return {
                name: self.value(field.type) for name, field in type_.fields.items() if is_required_input_field(field)
            }
        if type_.name == "ID":
            return self._id()
        return _VALUES.get(type_.name.removeprefix(self._type_prefix), self._source)

    def _id(self) -> str:
        match self._field:
            case "invoice" | "invoices":
                return invoice_id(self._source, _NOBODY, _NOBODY)
            case "account":
                return account_id(self._source, _NOBODY)
        return _NOBODY


def _conditions(document: DocumentNode) -> tuple[frozenset[str], frozenset[str]]:
    """The variables that @include and @skip ask."""
    asked: dict[str, set[str]] = {"include": set(), "skip": set()}

    class Conditions(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: object) -> None:
            values = (argument.value for argument in node.arguments or ())
            names = (value.name.value for value in values if isinstance(value, VariableNode))
            asked.get(node.name.value, set()).update(names)

    visit(document, Conditions())
    return frozenset(asked["include"]), frozenset(asked["skip"])


def _uses(document: DocumentNode) -> Mapping[str, str]:
    """The field that each variable is an argument of, or a part of one."""
    uses: dict[str, str] = {}

    class Uses(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            for argument in node.arguments or ():
                visit(argument, Named(node.name.value))

    class Named(Visitor):
        def __init__(self, field: str) -> None:
            super().__init__()
            self._field = field

        def enter_variable(self, node: VariableNode, *_: object) -> None:
            uses.setdefault(node.name.value, self._field)

    visit(document, Uses())
    return uses
