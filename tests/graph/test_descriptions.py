"""Everything that a client can name says what it is."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    build_schema,
    is_specified_directive,
    is_specified_scalar_type,
)

from graph.schema import print_client_sdl

_SCHEMA = build_schema(print_client_sdl())


def _elements(named: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    """The type, its fields, their arguments and its values by their coordinates, each with its description."""
    yield named.name, named.description
    match named:
        case GraphQLObjectType() | GraphQLInterfaceType():
            for name, field in named.fields.items():
                yield f"{named.name}.{name}", field.description
                for argument_name, argument in field.args.items():
                    yield f"{named.name}.{name}({argument_name}:)", argument.description
        case GraphQLInputObjectType():
            for name, input_field in named.fields.items():
                yield f"{named.name}.{name}", input_field.description
        case GraphQLEnumType():
            for name, value in named.values.items():
                yield f"{named.name}.{name}", value.description


def _ours() -> Iterator[tuple[str, str | None]]:
    for named in _SCHEMA.type_map.values():
        if not named.name.startswith("__") and not is_specified_scalar_type(named):
            yield from _elements(named)
    for directive in _SCHEMA.directives:
        if not is_specified_directive(directive):
            yield f"@{directive.name}", directive.description
            for name, argument in directive.args.items():
                yield f"@{directive.name}({name}:)", argument.description


def test_every_type_field_argument_and_value_is_described() -> None:
    assert [coordinate for coordinate, description in _ours() if not (description or "").strip()] == []


def test_every_description_is_a_sentence() -> None:
    ours = [(coordinate, description) for coordinate, description in _ours() if not coordinate.startswith("@")]
    assert [coordinate for coordinate, description in ours if not (description or "").rstrip().endswith(".")] == []
