"""How many rows an operation may ask for: the product of the lists that are nested in it, from document and variables.

A connection counts as its `first`, a list by ids as its ids, any other list of objects as a guess, which
`guessed_lists.py` corrects once the list is there. So does what is summed up over whole lists: balances and aging.
What a field is made of costs nothing: lines and taxes come with their invoice. Each further time that they are asked
for, under another alias, they count as a row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_introspection_type,
    is_list_type,
    is_object_type,
    is_union_type,
)

GUESS = 5
"""How many a list of objects holds that takes no size: accounts of a customer, types of the schema."""
_SIZE_ARGUMENT = "first"
_SHORTEST = 1
"""A page of less is a mistake, which each place has an error to tell of."""


@dataclass(frozen=True, slots=True)
class _Selected:
    """A field, in every place where it is selected, and the object type it is selected on."""

    parent: GraphQLObjectType
    nodes: Sequence[FieldNode]


class ListCost:
    """The rows that the operations of one valid document, which has these fragments, may ask for."""

    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._schema, self._fragments = schema, fragments
        self._settled: dict[int, int] = {}

    def of(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> int:
        """How many rows the operation, one of the document's, may ask for with these variables."""
        if (settled := self._settled.get(id(operation))) is not None:
            return settled
        defaults = {
            node.variable.name.value: node.default_value
            for node in operation.variable_definitions or ()
            if node.default_value is not None
        }
        sizes = _Sizes(variables, defaults)
        root = cast("GraphQLObjectType", self._schema.get_root_type(operation.operation))
        rows = self._rows(root, [operation.selection_set], sizes)
        if not sizes.depend_on_variables:
            self._settled[id(operation)] = rows
        return rows

    def below(self, parent: GraphQLNamedType, nodes: Sequence[FieldNode], variables: Mapping[str, Any]) -> int:
        """How many rows may be asked for under one object of this type, which these fields give."""
        selections = [node.selection_set for node in nodes if node.selection_set is not None]
        return self._rows(parent, selections, _Sizes(variables, {}))

    def _rows(self, parent: GraphQLNamedType, selections: Sequence[SelectionSetNode], sizes: "_Sizes") -> int:
        """The rows under one object. Of a union, as many as its members ask for together."""
        if is_union_type(parent):
            return sum(self._rows(member, selections, sizes) for member in parent.types)
        if not is_object_type(parent):
            return 0
        fields = [*self._collect(parent, selections)]
        return sum(self._field_rows(selected, sizes) for selected in fields) + _repeated(fields)

    def _field_rows(self, selected: _Selected, sizes: "_Sizes") -> int:
        definition = self._schema.get_field(selected.parent, selected.nodes[0].name.value)
        below = [node.selection_set for node in selected.nodes if node.selection_set is not None]
        if definition is None or not below:
            return 0
        rows = self._rows(get_named_type(definition.type), below, sizes)
        size = sizes.of(selected.nodes[0], definition)
        if size is None:
            size = GUESS if _is_list_of_its_own(selected.parent, definition) or _sums_up(definition) else 0
        return size * (1 + rows) if size else rows

    def _collect(self, parent: GraphQLObjectType, selections: Sequence[SelectionSetNode]) -> Iterator[_Selected]:
        """The fields by their names in the response, as execution would merge them; all conditions taken for true."""
        merged: dict[str, list[FieldNode]] = {}
        opened: set[str] = set()
        waiting = list(selections)
        while waiting:
            for node in waiting.pop().selections:
                if isinstance(node, FieldNode):
                    merged.setdefault((node.alias or node.name).value, []).append(node)
                elif isinstance(node, InlineFragmentNode):
                    waiting += self._selections(parent, node)
                elif isinstance(node, FragmentSpreadNode) and node.name.value not in opened:
                    opened.add(node.name.value)
                    waiting += self._selections(parent, self._fragments[node.name.value])
        return (_Selected(parent, nodes) for nodes in merged.values())

    def _selections(
        self, parent: GraphQLObjectType, fragment: InlineFragmentNode | FragmentDefinitionNode
    ) -> list[SelectionSetNode]:
        """What a fragment selects of a type: nothing where it is for another one."""
        if fragment.type_condition is not None:
            type_ = self._schema.type_map.get(fragment.type_condition.name.value)
            if type_ is not parent and not (is_union_type(type_) and parent in type_.types):
                return []
        return [fragment.selection_set]


class _Sizes:
    """The sizes that a field's arguments state, the variables' values read for them."""

    def __init__(self, variables: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
        self._variables, self._defaults = variables, defaults
        self.depend_on_variables = False

    def of(self, node: FieldNode, field: GraphQLField) -> int | None:
        """How long the field's list may be, or None where no argument says so."""
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        for name, argument in field.args.items():
            if name == _SIZE_ARGUMENT:
                stated = self._size(given[name]) if name in given else None
                default: int = argument.default_value
                return default if stated is None else stated
            if is_list_type(get_nullable_type(argument.type)) and is_list_type(get_nullable_type(field.type)):
                return self._length(given[name]) if name in given else 0
        return None

    def _size(self, value: object) -> int | None:
        match self._known(value):
            case IntValueNode() as node:
                return max(int(node.value), _SHORTEST)
            case bool():
                return None
            case int() | float() as number:
                return max(int(number), _SHORTEST)
        return None

    def _length(self, value: object) -> int:
        match self._known(value):
            case ListValueNode() as node:
                return len(node.values)
            case list() as entries:
                return len(entries)
        return 1  # without brackets: a list of this one

    def _known(self, value: object) -> object:
        """What is written there, or stands for it in the variables."""
        if not isinstance(value, VariableNode):
            return value
        self.depend_on_variables = True
        name = value.name.value
        return self._variables[name] if name in self._variables else self._defaults.get(name)


def _repeated(fields: Sequence[_Selected]) -> int:
    """How many of one object's fields that have parts are there again, under another alias."""
    names = [selected.nodes[0].name.value for selected in fields if selected.nodes[0].selection_set is not None]
    return len(names) - len(set(names))


def _is_list_of_its_own(parent: GraphQLObjectType, field: GraphQLField) -> bool:
    """Whether the field lists objects that can be asked for more, and is no part of a page already counted."""
    if not is_list_type(get_nullable_type(field.type)) or "pageInfo" in parent.fields:
        return False
    element = get_named_type(field.type)
    return is_introspection_type(element) or (is_object_type(element) and "id" in element.fields)


def _sums_up(field: GraphQLField) -> bool:
    """Whether the field's object is made of all rows of some lists: it says whether they came."""
    summary = get_named_type(field.type)
    return is_object_type(summary) and "isComplete" in summary.fields
