"""Objects of any of the schema's types, made as they are read: mostly as they should be, and odd at any place.

What an attribute holds follows from the seed and from where it stands, so that two executions read the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLOutputType,
    Undefined,
    get_named_type,
    is_enum_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from strawberry.schema.schema_converter import CustomGraphQLEnumType

from resolvers.model import customer, invoice
from resolvers.model.errors import SourceTimeout
from resolvers.model.line_table import TableLines
from tests.execution.tables import some_lines

SOURCES = ("shop", "dues")

_KINDS: dict[str, type] = {"Invoice": invoice.Invoice, "Account": customer.Account, "Customer": customer.Customer}
_READ_BY_RESOLVERS: dict[str, tuple[object, ...]] = {
    "source": (*SOURCES, "gone"),
    "account_key": ("7", "8"),
    "document_url": (None, "i-1"),
    "notes": ([],),
    "list_invoices": (None,),
}
_TEXTS = ("", "plain", 'quo"te\\', "Köln\n\t\x00\x7f\u2028 €", "\U0001f9fe", "</script>", "{k1}", "%s", "'")
_LEAVES: dict[str, tuple[object, ...]] = {
    "String": _TEXTS,
    "ID": (*_TEXTS, "a1"),
    "CurrencyCode": ("EUR", "XXX"),
    "CountryCode": ("DE", "NL"),
    "URL": ("https://shop.test/?a=1&b=2",),
    "Int": (0, 7, -1, 2**31 - 1, -(2**31)),
    "Float": (0.0, 1.5, -0.0, 1e16, 1e-7, 123456.789),
    "Boolean": (True, False),
    "Decimal": tuple(map(Decimal, ("168.99", "0", "-0.00", "1E+3", "0E-7", "1E-12", "9" * 30, "NaN", "-Infinity"))),
    "Date": (date(2026, 7, 1), date.max),
    "DateTime": (datetime(2026, 7, 1, 9, 30, tzinfo=UTC), datetime(2026, 7, 1, 9, 30, 0, 5)),  # noqa: DTZ001  # naive
}


class Later:
    """A value that has to be awaited; as often as one likes."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __await__(self) -> Generator[Any, None, object]:
        yield from asyncio.sleep(0).__await__()
        if isinstance(self._value, Raised):
            raise self._value.error
        return self._value

    def __repr__(self) -> str:
        return "Later"


class Lazily:
    """A list that comes one by one."""

    def __init__(self, items: list[object]) -> None:
        self._items = items

    def __iter__(self) -> Iterator[object]:
        return iter(self._items)

    def __repr__(self) -> str:
        return "Lazily"


class Text(str):
    """A text of a type of its own."""

    __slots__ = ()

    def __str__(self) -> str:
        return "another text"


@dataclass(frozen=True, slots=True)
class Raised:
    """Stands for an attribute that cannot be read."""

    error: Exception


_ODD_LEAVES: tuple[object, ...] = (
    *(Text("text"), "a lone \ud800", "EUR", "OPEN", invoice.InvoiceStatus.OPEN, b"bytes", [], ("a",), object),
    *(3, 2**31, 2.0, 2.5, float("nan"), float("inf"), True, Decimal("2.50")),
    *(date(2026, 7, 1), datetime(2026, 7, 1, tzinfo=UTC)),
)


@dataclass(slots=True)
class Maker:
    """Makes values for one seed; of a hundred of them, so many are odd."""

    seed: int
    odd: int

    def value(self, type_: GraphQLOutputType, place: str) -> object:
        """What stands at a place of this type."""
        dice = Random(f"{self.seed} {place}")  # noqa: S311  # no secret
        if dice.randrange(100) < self.odd:
            return self._odd(type_, place, dice)
        if is_non_null_type(type_):
            return self._present(type_.of_type, place, dice)
        return None if dice.randrange(6) == 0 else self._present(type_, place, dice)

    def _present(self, type_: Any, place: str, dice: Random) -> object:
        if is_list_type(type_):
            if get_named_type(type_).name == "InvoiceLine" and dice.randrange(2):
                return some_lines(dice)
            return [self.value(type_.of_type, f"{place}.{number}") for number in range(dice.randrange(4))]
        if is_enum_type(type_):
            return _enum_value(type_, dice)
        if is_leaf_type(type_):
            return dice.choice(_LEAVES[type_.name])
        return Thing(type_, place, self)

    def _odd(self, type_: GraphQLOutputType, place: str, dice: Random) -> object:
        usual = Maker(self.seed, 0).value(type_, place) if is_leaf_type(type_) else self.value(type_, f"{place}'")
        error = SourceTimeout("shop") if dice.randrange(2) else ValueError(f"nothing at {place}")
        cases: list[object] = [None, None, Later(usual), Later(Raised(error)), Raised(error), error, Undefined]
        cases += [Lazily([*usual]), tuple(usual)] if isinstance(usual, (list, TableLines)) else []
        return dice.choice([*cases, *dice.sample(_ODD_LEAVES, 4)])


def _enum_value(type_: GraphQLEnumType, dice: Random) -> object:
    assert isinstance(type_, CustomGraphQLEnumType)
    return dice.choice(list(type_.wrapped_cls))


@dataclass(slots=True)
class Thing:
    """An object of one of the schema's types, with the attributes of its plain fields."""

    type_: GraphQLObjectType
    place: str
    maker: Maker
    read: dict[str, object] = field(default_factory=dict)

    @property  # type: ignore[misc]  # for is_type_of, which asks isinstance
    def __class__(self) -> type:
        return _KINDS.get(self.type_.name, Thing)

    def __getattr__(self, name: str) -> object:
        if name not in self.read:
            self.read[name] = self._value(name)
        value = self.read[name]
        if isinstance(value, Raised):
            raise value.error
        return value

    def _value(self, name: str) -> object:
        if name in _READ_BY_RESOLVERS:
            return Random(f"{self.maker.seed} {self.place}.{name}").choice(_READ_BY_RESOLVERS[name])  # noqa: S311  # chance of a test
        for definition in self.type_.fields.values():
            field_ = definition.extensions.get("strawberry-definition")
            if field_ is not None and field_.python_name == name and field_.is_basic_field:
                return self.maker.value(definition.type, f"{self.place}.{name}")
        raise AttributeError(name)

    def __repr__(self) -> str:
        return f"<{self.place}>"
