"""The invoice's fields as canonical paths name them: the model's attributes in camelCase, in the model's order.

Read once from the model itself, so that no list of paths has to follow it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import get_args, get_origin, get_type_hints

import msgspec

from resolvers.model.invoice import Invoice
from resolvers.model.money import Money


@dataclass(frozen=True, slots=True)
class Field:
    """A field by both its names, and the fields below it; an amount has none."""

    attribute: str
    name: str
    is_nullable: bool
    is_list: bool
    below: tuple[Field, ...]


def _fields_of(struct: type[msgspec.Struct]) -> tuple[Field, ...]:
    hints = get_type_hints(struct)
    return tuple(_field(attribute, hints[attribute]) for attribute in struct.__struct_fields__)


def _field(attribute: str, hint: object) -> Field:
    is_nullable = get_origin(hint) is UnionType and NoneType in get_args(hint)
    inner = next(part for part in get_args(hint) if part is not NoneType) if is_nullable else hint
    is_list = get_origin(inner) in (list, Sequence)
    item = get_args(inner)[0] if is_list else inner
    return Field(attribute, _camel(attribute), is_nullable, is_list, _below(item))


def _below(item: object) -> tuple[Field, ...]:
    if isinstance(item, type) and issubclass(item, msgspec.Struct) and item is not Money:
        return _fields_of(item)
    return ()


def _camel(attribute: str) -> str:
    first, *rest = attribute.split("_")
    return first + "".join(word.capitalize() for word in rest)


INVOICE_FIELDS = _fields_of(Invoice)
