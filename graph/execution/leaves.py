"""How scalars and enums are written as JSON: as the library serializes values of the type that is expected of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLString,
    get_nullable_type,
    is_leaf_type,
)
from strawberry.schema.schema_converter import CustomGraphQLEnumType
from strawberry.types.field import StrawberryField

from graph.types.scalars import SCALARS

_TYPES = 1_000
_DAYS = 4_096


@dataclass(frozen=True, slots=True)
class Leaf:
    """Two expressions over `{0}`: what must hold of the value, and its text. `names` are what they stand on.

    The text is JSON; where it is bare, the quotes around it are still to be written.
    """

    check: str
    text: str
    names: Mapping[str, object] = field(default_factory=dict)
    is_bare: bool = False


_moment = SCALARS[datetime].serialize
_day = lru_cache(_DAYS)(date.isoformat)  # most are asked for again; looking up takes a quarter of writing

TEXT = Leaf("type({0}) is str", "quoted({0})", {"quoted": quoted})
INTEGER = Leaf("type({0}) is int and -2147483648 <= {0} <= 2147483647", "str({0})")
DECIMAL = Leaf(
    "type({0}) is Decimal",
    # str() takes a third of the time of format(), and writes the same unless it needs an exponent
    "digits if 'E' not in (digits := str({0})) else format({0}, 'f')",
    {"Decimal": Decimal},
    is_bare=True,
)

_BY_SERIALIZER: dict[Callable[[Any], Any] | None, Leaf] = {
    GraphQLString.coerce_output_value: TEXT,
    GraphQLID.coerce_output_value: TEXT,
    str: TEXT,
    GraphQLBoolean.coerce_output_value: Leaf("type({0}) is bool", "'true' if {0} else 'false'"),
    GraphQLInt.coerce_output_value: INTEGER,
    GraphQLFloat.coerce_output_value: Leaf("type({0}) is float and {0} - {0} == 0", "repr({0})"),  # finite, that is
    SCALARS[date].serialize: Leaf("type({0}) is date", "day({0})", {"date": date, "day": _day}, is_bare=True),
    _moment: Leaf("type({0}) is datetime", "moment({0})", {"datetime": datetime, "moment": _moment}, is_bare=True),
    SCALARS[Decimal].serialize: DECIMAL,
}


def leaf_of(leaf_type: GraphQLLeafType) -> Leaf | None:
    """How values of this type are written; None where that is the library's matter."""
    if not isinstance(leaf_type, CustomGraphQLEnumType):
        return _BY_SERIALIZER.get(leaf_type.coerce_output_value)
    values: Iterable[Enum] = leaf_type.wrapped_cls
    texts = {value: quoted(leaf_type.coerce_output_value(value)) for value in values}
    kind, names = f"kind_{leaf_type.name}", f"texts_{leaf_type.name}"
    return Leaf(f"type({{0}}) is {kind}", f"{names}[{{0}}]", {kind: leaf_type.wrapped_cls, names: texts})


@lru_cache(_TYPES)
def text_attributes(object_type: GraphQLObjectType) -> Mapping[str, str]:
    """The attributes of an object that are texts, written as they are, by the names of their fields."""
    found: dict[str, str] = {}
    for name, definition in object_type.fields.items():
        field, type_ = definition.extensions.get("strawberry-definition"), get_nullable_type(definition.type)
        if (
            isinstance(field, StrawberryField)
            and field.is_basic_field
            and is_leaf_type(type_)
            and leaf_of(type_) is TEXT
        ):
            found[name] = field.python_name
    return found
