"""From a document's selection to canonical paths: aliases, fragments, @skip and @include resolved. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, cast

from graphql import (
    BooleanValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    SelectionNode,
    ValueNode,
    VariableNode,
    is_abstract_type,
)

from graph.context import Info

_OTHER_ENTITIES = frozenset({"source", "account", "customer"})
"""Fields of an invoice behind which another entity begins: what is selected there is not of the invoice."""


class Selection(dict[str, "Selection"]):
    """The selected fields by their schema names, with what is selected below each."""

    late: frozenset[str] = frozenset()
    """Those of the fields that are selected in deferred fragments alone, which come in a part of their own."""

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

    @cached_property
    def page(self) -> PageSelection:
        """What is selected of a page of invoices, where this is the selection below one."""
        nodes, edges = self.at("nodes"), self.at("edges", "node")
        return PageSelection(
            fields=nodes.paths() | edges.paths(),
            late=(nodes.late | edges.late) - (nodes.keys() - nodes.late) - (edges.keys() - edges.late),
            rows=not self.keys().isdisjoint({"nodes", "edges", "pageInfo"}) or "invoiceCount" in self.at("sources"),
            count="totalCount" in self,
            has_next="hasNextPage" in self.at("pageInfo"),
            edge_cursors="cursor" in self.at("edges"),
            page_cursors=not self.at("pageInfo").keys().isdisjoint({"startCursor", "endCursor"}),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSelection:
    """What of a page of invoices has to be found out.

    `fields` are the canonical paths of its invoices, `late` those of their fields that are selected in deferred
    fragments alone, wherever the invoices are. `rows`, `count`, `has_next` and the cursors say whether invoices, the
    list's length, whether it goes on, each edge's cursor and the page's own are wanted.
    """

    fields: frozenset[str]
    late: frozenset[str]
    rows: bool
    count: bool
    has_next: bool
    edge_cursors: bool
    page_cursors: bool


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
    found = None if known is None else known.find(place)
    if found is not None:
        return cast("Selection", found[0])
    types = None if type_name is None else _types_of(raw.schema, type_name)
    selection = _selected(raw.field_nodes, _Document(raw.fragments, variables, types))
    if known is not None:  # the nodes are held, so that no other ones have their identity
        known.keep(place, (selection, tuple(raw.field_nodes)), len(selection.paths()))
    return selection


@dataclass(frozen=True, slots=True)
class _Document:
    """What selections are looked up in; `types` are those whose fragments apply at a place, None for all."""

    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    types: frozenset[str] | None

    def of_any_type(self) -> _Document:
        return replace(self, types=None)

    def applies(self, condition: NamedTypeNode | None) -> bool:
        return self.types is None or condition is None or condition.name.value in self.types


def _types_of(schema: GraphQLSchema, type_name: str) -> frozenset[str]:
    """The names that an object's type goes by in a fragment's condition: its own, and those of its unions."""
    unions = (type_ for type_ in schema.type_map.values() if is_abstract_type(type_))
    type_ = schema.type_map[type_name]
    return frozenset({type_name, *(union.name for union in unions if schema.is_sub_type(union, type_))})


def late_selection(
    fields: Mapping[str, Iterable[FieldNode]],
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Mapping[str, Any],
) -> Selection:
    """What is selected below these fields, by their schema names."""
    document = _Document(fragments, variables, None)
    return Selection({name: _selected(nodes, document) for name, nodes in fields.items()})


def _selected(fields: Iterable[FieldNode], document: _Document) -> Selection:
    """What is selected below a field at all of its places together, so that each fragment is looked into once."""
    found = _Found()
    for node in fields:
        if node.selection_set is not None:
            _collect(node.selection_set.selections, document, found, is_late=False)
    below = document.of_any_type()
    selection = Selection({name: _selected(nodes, below) for name, nodes in found.fields.items()})
    if found.late:
        selection.late = frozenset(found.late - found.prompt)
    return selection


@dataclass(slots=True)
class _Found:
    """The fields of one level, their names within deferred fragments and outside them, and the fragments seen so."""

    fields: dict[str, list[FieldNode]] = field(default_factory=dict)
    prompt: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    spread: set[tuple[str, bool]] = field(default_factory=set)


def _collect(nodes: Iterable[SelectionNode], document: _Document, found: _Found, *, is_late: bool) -> None:
    for node in nodes:
        if not _is_included(node, document.variables):
            continue
        if isinstance(node, FieldNode):
            found.fields.setdefault(node.name.value, []).append(node)
            (found.late if is_late else found.prompt).add(node.name.value)
            continue
        late = is_late or _is_deferred(node, document.variables)
        if isinstance(node, FragmentSpreadNode):
            if (node.name.value, late) in found.spread:
                continue
            found.spread.add((node.name.value, late))
        fragment = document.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
        if isinstance(fragment, InlineFragmentNode | FragmentDefinitionNode) and document.applies(
            fragment.type_condition
        ):
            _collect(fragment.selection_set.selections, document, found, is_late=late)


def _is_included(node: SelectionNode, variables: Mapping[str, Any]) -> bool:
    for directive in node.directives or ():
        if directive.name.value in ("skip", "include"):
            (condition_argument,) = directive.arguments or ()
            if _holds(condition_argument.value, variables) is (directive.name.value == "skip"):
                return False
    return True


def _is_deferred(node: SelectionNode, variables: Mapping[str, Any]) -> bool:
    """Whether a fragment comes later: who takes no parts has no such directive left in the document."""
    for directive in node.directives or ():
        if directive.name.value == "defer":
            conditions = [each.value for each in directive.arguments or () if each.name.value == "if"]
            return all(_holds(condition, variables) is not False for condition in conditions)
    return False


def _holds(value: ValueNode, variables: Mapping[str, Any]) -> object:
    return variables.get(value.name.value) if isinstance(value, VariableNode) else _literal(value)


def _literal(value: object) -> bool:
    return isinstance(value, BooleanValueNode) and value.value


def _paths(selection: Selection, prefix: str) -> Iterable[str]:
    for name, below in selection.items():
        if name.startswith("__"):
            continue
        yield prefix + name
        if prefix or name not in _OTHER_ENTITIES:
            yield from _paths(below, f"{prefix}{name}.")
