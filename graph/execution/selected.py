"""What is selected of an object: its fields in their order, and the constant text of its JSON between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring as quoted
from typing import Protocol

from graphql import GraphQLField, GraphQLObjectType
from graphql.execution.collect_fields import CollectedFields, FieldDetailsList
from strawberry.types.field import StrawberryField


class NotPlain(Exception):
    """Something is selected that the library has to resolve."""


class Selections(Protocol):
    """The executor, as far as it is asked here: what is selected below fields, @skip and @include applied."""

    def collect_subfields(
        self, return_type: GraphQLObjectType, field_details_list: FieldDetailsList
    ) -> CollectedFields:
        """The fields by their response keys."""


@dataclass(frozen=True, slots=True)
class SelectedField:
    """A field, where it is selected, and what is written before its value."""

    before: str
    field: StrawberryField
    definition: GraphQLField
    details: FieldDetailsList


def selected_fields(
    selections: Selections, object_type: GraphQLObjectType, details: FieldDetailsList
) -> tuple[Sequence[SelectedField], str]:
    """The fields, and what is written behind the last of them. Raises NotPlain."""
    collected = selections.collect_subfields(object_type, details)
    if collected.new_defer_usages:
        raise NotPlain
    fields, constant = list[SelectedField](), "{"
    for key, below in collected.grouped_field_set.items():
        constant += f"{quoted(key)}:"
        if below[0].node.name.value == "__typename":
            constant += f"{quoted(object_type.name)},"
            continue
        fields.append(_selected_field(constant, object_type, below))
        constant = ","
    return fields, constant.rstrip(",") + "}"


def _selected_field(before: str, parent_type: GraphQLObjectType, details: FieldDetailsList) -> SelectedField:
    definition = parent_type.fields[details[0].node.name.value]
    field = definition.extensions.get("strawberry-definition")
    if not isinstance(field, StrawberryField) or any(detail.fragment_variable_values for detail in details):
        raise NotPlain
    if any(it.name.value not in ("skip", "include") for detail in details for it in detail.node.directives or ()):
        raise NotPlain  # @stream
    return SelectedField(before, field, definition, details)
