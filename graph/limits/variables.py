"""How much the variables of an operation may hold, before anything reads them (pure)."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLNamedType,
    GraphQLSchema,
    NamedTypeNode,
    OperationDefinitionNode,
    get_named_type,
    is_input_object_type,
)

from graph.context import Limits

_DEPTH = 16
_VALUES_PER_ENTITY = 20
"""Representations and invoices to write have fields of their own."""


def most_values(limits: Limits) -> int:
    """How many values the variables of an operation may hold together."""
    return limits.entities * _VALUES_PER_ENTITY


def let_go_of_undeclared(operation: OperationDefinitionNode, variables: dict[str, Any]) -> None:
    """Takes out what the operation does not declare: nobody reads it, and it would be held as long as that runs."""
    for name in variables.keys() - {node.variable.name.value for node in operation.variable_definitions or ()}:
        del variables[name]


def excess_of(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Mapping[str, Any], limits: Limits
) -> str | None:
    """What is too much in the variables, as a sentence, or None. Variables that are not declared are not looked at."""
    count = _Count(limits)
    for node in operation.variable_definitions or ():
        name = node.variable.name.value
        if name in variables:
            type_: Any = node.type
            while not isinstance(type_, NamedTypeNode):
                type_ = type_.type
            excess = count.excess(variables[name], schema.type_map.get(type_.name.value))
            if excess:
                return f"Variable '${name}' {excess}."
    return None


class _Count:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._values = most_values(limits)

    def excess(self, value: object, type_: GraphQLNamedType | None) -> str | None:
        """The first excess in a value of this type, found without recursion."""
        limits = self._limits
        waiting: list[tuple[object, GraphQLNamedType | None, int]] = [(value, type_, 0)]
        while waiting:
            inner, of_type, depth = waiting.pop()
            self._values -= 1
            if self._values < 0:
                return f"holds more than {most_values(limits)} values"
            if depth > _DEPTH:
                return f"is nested deeper than {_DEPTH} levels"
            if isinstance(inner, str | int):  # an id may be a number
                most = limits.longest_text(of_type.name if of_type else "")
                if len(str(inner)) > most:
                    return f"holds a text longer than the {most} characters that are allowed"
            elif isinstance(inner, list):
                if len(inner) > limits.entities:
                    return f"holds a list of more than {limits.entities} entries"
                waiting += [(entry, of_type, depth + 1) for entry in inner]
            elif isinstance(inner, dict):
                waiting += [(entry, _field_type(of_type, name), depth + 1) for name, entry in inner.items()]
        return None


def _field_type(type_: GraphQLNamedType | None, name: str) -> GraphQLNamedType | None:
    field = type_.fields.get(name) if is_input_object_type(type_) else None
    return get_named_type(field.type) if field else None
