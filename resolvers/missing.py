"""What an invoice cannot answer, and why. Pure: read from the invoice itself and from what its source can ever fill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from resolvers.model.invoice import Invoice
from resolvers.model.money import Money


class MissingReason(StrEnum):
    """Why a field has no value."""

    NOT_PROVIDED_BY_SOURCE = "NOT_PROVIDED_BY_SOURCE"
    NOT_STATED = "NOT_STATED"
    UNREADABLE = "UNREADABLE"
    SOURCE_FAILED = "SOURCE_FAILED"
    NOT_AUTHORIZED = "NOT_AUTHORIZED"


class MissingField(msgspec.Struct, frozen=True, gc=False):
    """A field without a value: a canonical path, which stands for all below it."""

    field: str
    reason: MissingReason


_UNREADABLE = frozenset({"VALUE_UNREADABLE", "DATE_UNPARSEABLE"})


@dataclass(frozen=True, slots=True)
class _Field:
    """A field that may be null, and what is below it."""

    attribute: str
    name: str
    is_list: bool
    below: tuple[_Field, ...]


def missing_fields(invoice: Invoice, provided: frozenset[str]) -> list[MissingField]:
    """The fields without a value, in the schema's order; `provided` are the paths that the source can ever fill.

    A part that no line has is listed once (`lines.note`), one that only some lack with their positions from 0.
    """
    unreadable = {note.path for note in invoice.notes if note.code in _UNREADABLE}
    return [
        MissingField(path, MissingReason.UNREADABLE if path in unreadable else reason)
        for path, reason in _missing(invoice, _FIELDS, "", "", provided)
    ]


def _missing(
    value: object, fields: tuple[_Field, ...], path: str, kind: str, provided: frozenset[str]
) -> Iterator[tuple[str, MissingReason]]:
    """Paths with their reasons; `path` has the positions of lines in it, `kind` has not."""
    for field in fields:
        part, part_kind = getattr(value, field.attribute), kind + field.name
        if part_kind not in provided:
            yield path + field.name, MissingReason.NOT_PROVIDED_BY_SOURCE
        elif part is None:
            yield path + field.name, MissingReason.NOT_STATED
        elif field.is_list:
            yield from _folded(part, field, path + field.name, part_kind, provided)
        else:
            yield from _missing(part, field.below, f"{path}{field.name}.", f"{part_kind}.", provided)


def _folded(
    items: list[object], field: _Field, path: str, kind: str, provided: frozenset[str]
) -> Iterator[tuple[str, MissingReason]]:
    found = [list(_missing(item, field.below, "", f"{kind}.", provided)) for item in items]
    everywhere = Counter(entry for entries in found for entry in entries)
    for (part, reason), count in everywhere.items():
        if count == len(items):
            yield f"{path}.{part}", reason
    for number, entries in enumerate(found):
        for part, reason in entries:
            if everywhere[part, reason] < len(items):
                yield f"{path}.{number}.{part}", reason


def _fields_of(struct: type[msgspec.Struct]) -> tuple[_Field, ...]:
    hints = get_type_hints(struct)
    return tuple(_fields(struct, hints))


def _fields(struct: type[msgspec.Struct], hints: dict[str, Any]) -> Iterator[_Field]:
    for attribute in struct.__struct_fields__:
        hint = hints[attribute]
        if get_origin(hint) is not UnionType or type(None) not in get_args(hint):
            continue
        inner = next(part for part in get_args(hint) if part is not type(None))
        is_list = get_origin(inner) is list
        item = get_args(inner)[0] if is_list else inner
        is_struct = isinstance(item, type) and issubclass(item, msgspec.Struct) and item is not Money
        yield _Field(attribute, _camel(attribute), is_list, _fields_of(item) if is_struct else ())


def _camel(attribute: str) -> str:
    first, *rest = attribute.split("_")
    return first + "".join(word.capitalize() for word in rest)


_FIELDS = _fields_of(Invoice)
