"""Resolvers that have to be awaited, without the three coroutines that the library wraps around each call."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from inspect import iscoroutinefunction
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    get_nullable_type,
    is_leaf_type,
)
from graphql.execution import Executor
from graphql.execution.values import get_argument_values
from strawberry.schema.name_converter import NameConverter
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


@dataclass(slots=True)
class DirectField:
    """A field at one place of a document, whose resolver is called directly.

    `constants` and `variables` are its arguments as far as they were read once for all: what no variable is part of,
    and which of the variables is an argument as it is. None: each run reads them.
    """

    resolver: Resolver
    definition: GraphQLField
    node: FieldNode
    constants: Mapping[str, Any] | None = None
    variables: Mapping[str, str] = field(default_factory=dict)

    def arguments(self, executor: Executor[Any]) -> Mapping[str, Any]:
        """The arguments of a run. Raises GraphQLError."""
        if self.constants is not None:
            values = executor.variable_values.coerced
            given = {name: values.get(variable) for name, variable in self.variables.items()}
            if None not in given.values():
                return {**self.constants, **given} if given else self.constants
        read = read_arguments(executor, self.definition, self.node)
        names = executor.schema.extensions["strawberry-definition"].config.name_converter
        self._learn(read, executor.variable_values.coerced, names)
        return read

    def _learn(self, read: Mapping[str, Any], values: Mapping[str, Any], names: NameConverter) -> None:
        """Notes what needs no reading any more, unless an argument's value is made anew of a variable's each time."""
        variables = {}
        for argument in self.node.arguments or ():
            if _is_fixed(argument.value):
                continue
            type_ = get_nullable_type(self.definition.args[argument.name.value].type)
            if not isinstance(argument.value, VariableNode) or not is_leaf_type(type_):
                return
            name = next(
                each.python_name
                for each in self.resolver.field.arguments
                if names.from_argument(each) == argument.name.value
            )
            variable = argument.value.name.value
            if values.get(variable) is None or read.get(name) is not values[variable]:
                return
            variables[name] = variable
        self.constants = {name: value for name, value in read.items() if name not in variables}
        self.variables = variables


def direct_field(parent_type: GraphQLObjectType, node: FieldNode) -> DirectField | None:
    """The field, if its resolver can be called directly."""
    definition = parent_type.fields.get(node.name.value)
    of_library = None if definition is None else definition.extensions.get("strawberry-definition")
    resolver = None if of_library is None else direct_resolver(of_library)
    return None if definition is None or resolver is None else DirectField(resolver, definition, node)


def read_arguments(executor: Executor[Any], definition: GraphQLField, node: FieldNode) -> dict[str, Any]:
    """The arguments by the resolver's own names, neither parent nor info among them. Raises GraphQLError."""
    field, schema = (each.extensions["strawberry-definition"] for each in (definition, executor.schema))
    given = get_argument_values(definition, node, executor.variable_values, None, executor.hide_suggestions)
    return convert_arguments(given, field.arguments, schema.schema_converter.scalar_registry, schema.config)


def _is_fixed(value: ValueNode) -> bool:
    match value:
        case VariableNode():
            return False
        case ListValueNode():
            return all(map(_is_fixed, value.values))
        case ObjectValueNode():
            return all(_is_fixed(field.value) for field in value.fields)
    return True
