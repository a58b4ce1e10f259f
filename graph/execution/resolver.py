"""Resolvers that have to be awaited, without the three coroutines that the library wraps around each call."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import lru_cache
from inspect import iscoroutinefunction
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLResolveInfo, ListValueNode, ObjectValueNode, ValueNode, VariableNode
from graphql.execution import Executor
from graphql.execution.values import get_argument_values
from strawberry.types import Info
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

_FIELDS = 1_000


@dataclass(frozen=True, slots=True)
class Resolver:
    """A field's coroutine function, and what it calls the parent and the info; None: it takes none."""

    field: StrawberryField
    function: Callable[..., Coroutine[Any, Any, Any]]
    parent_name: str | None
    info_name: str | None

    def call(
        self, arguments: Mapping[str, Any], parent: object, raw_info: GraphQLResolveInfo[Any]
    ) -> Coroutine[Any, Any, Any]:
        """What the field of this parent is, to be awaited."""
        given = dict(arguments)
        if self.parent_name is not None:
            given[self.parent_name] = parent
        if self.info_name is not None:
            given[self.info_name] = Info(raw_info, self.field)
        return self.function(**given)


@lru_cache(_FIELDS)
def direct_resolver(field: StrawberryField) -> Resolver | None:
    """The resolver, if the field is what a coroutine function gives, with no extension of the library's around that."""
    resolver = field.base_resolver
    if resolver is None or field.extensions or resolver.self_parameter or resolver.root_parameter:
        return None
    function: Any = resolver.wrapped_func
    if not iscoroutinefunction(function):
        return None
    parent, info = resolver.parent_parameter, resolver.info_parameter
    return Resolver(field, function, parent.name if parent else None, info.name if info else None)


def read_arguments(executor: Executor[Any], definition: GraphQLField, node: FieldNode) -> dict[str, Any]:
    """The arguments by the resolver's own names, neither parent nor info among them. Raises GraphQLError."""
    field, schema = (each.extensions["strawberry-definition"] for each in (definition, executor.schema))
    given = get_argument_values(definition, node, executor.variable_values, None, executor.hide_suggestions)
    return convert_arguments(given, field.arguments, schema.schema_converter.scalar_registry, schema.config)


def is_fixed(node: FieldNode) -> bool:
    """Whether the field's arguments are the same whatever the variables are."""
    return all(_is_fixed(argument.value) for argument in node.arguments or ())


def _is_fixed(value: ValueNode) -> bool:
    match value:
        case VariableNode():
            return False
        case ListValueNode():
            return all(map(_is_fixed, value.values))
        case ObjectValueNode():
            return all(_is_fixed(field.value) for field in value.fields)
    return True
