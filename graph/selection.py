"""From a document's selection to canonical paths: aliases, fragments, @skip and @include resolved. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

from graphql import (
    BooleanValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    NamedTypeNode,
    SelectionNode,
    VariableNode,
)

from graph.context import Info

_MOST_PLACES = 100
"""In one document; under each set of its conditions they are places of their own."""

_OTHER_ENTITIES = frozenset({"source", "account", "customer"})
"""Fields of an invoice behind which another entity begins: what is selected there is not of the invoice."""


class Selection(dict[str, "Selection"]):
    """The selected fields by their schema names, with what is selected below each."""

    def at(self, *names: str) -> Selection:
        """What is selected below this path; empty where nothing is."""
        below = self
        for name in names:
            below = below.get(name, Selection())
        return below

    def paths(self) -> frozenset[str]:
        """The canonical paths of an invoice's selection, every ancestor included."""
        return self._paths

    @cached_property
    def _paths(self) -> frozenset[str]:
        return frozenset(_paths(self, ""))


def selection_of(info: Info, type_name: str | None = None) -> Selection:
    """What is selected below the field that is being resolved, at all of its places.

    With a type's name: what is selected for that type, where the field is of a union. It is the same object each time,
    and nobody's to change.
    """
    raw = info._raw_info  # the library's own selected_fields ignores @skip and @include
    variables = cast("Mapping[str, Any]", raw.variable_values)
    conditions = tuple(item for item in variables.items() if isinstance(item[1], bool))
    place = (*map(id, raw.field_nodes), type_name, conditions)
    known = info.context.selections
    if place not in known:
        if len(known) >= _MOST_PLACES:
            known.clear()
        selection = _selected(raw.field_nodes, _Document(raw.fragments, variables, type_name))
        known[place] = selection, tuple(raw.field_nodes)  # held, so that no other nodes have their identity
    return cast("Selection", known[place][0])


@dataclass(frozen=True, slots=True)
class _Document:
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    type_name: str | None

    def of_any_type(self) -> _Document:
        return replace(self, type_name=None)

    def applies(self, condition: NamedTypeNode | None) -> bool:
        return self.type_name is None or condition is None or condition.name.value == self.type_name


def _selected(fields: Iterable[FieldNode], document: _Document) -> Selection:
    """What is selected below a field at all of its places together, so that each fragment is looked into once."""
    found: dict[str, list[FieldNode]] = {}
    spread: set[str] = set()
    for field in fields:
        if field.selection_set is not None:
            _collect(field.selection_set.selections, document, found, spread)
    below = document.of_any_type()
    return Selection({name: _selected(nodes, below) for name, nodes in found.items()})


def _collect(
    nodes: Iterable[SelectionNode], document: _Document, into: dict[str, list[FieldNode]], spread: set[str]
) -> None:
    for node in nodes:
        if not _is_included(node, document.variables):
            continue
        if isinstance(node, FieldNode):
            into.setdefault(node.name.value, []).append(node)
            continue
        if isinstance(node, FragmentSpreadNode):
            if node.name.value in spread:
                continue
            spread.add(node.name.value)
        fragment = document.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
        if isinstance(fragment, InlineFragmentNode | FragmentDefinitionNode) and document.applies(
            fragment.type_condition
        ):
            _collect(fragment.selection_set.selections, document, into, spread)


def _is_included(node: SelectionNode, variables: Mapping[str, Any]) -> bool:
    for directive in node.directives or ():
        if directive.name.value in ("skip", "include"):
            (condition_argument,) = directive.arguments or ()
            value = condition_argument.value
            condition = variables[value.name.value] if isinstance(value, VariableNode) else _literal(value)
            if condition is (directive.name.value == "skip"):
                return False
    return True


def _literal(value: object) -> bool:
    return isinstance(value, BooleanValueNode) and value.value


def _paths(selection: Selection, prefix: str) -> Iterable[str]:
    for name, below in selection.items():
        if name.startswith("__"):
            continue
        yield prefix + name
        if prefix or name not in _OTHER_ENTITIES:
            yield from _paths(below, f"{prefix}{name}.")
