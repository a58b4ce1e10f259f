"""The lines of many invoices by the column: as many lists as there are fields, in place of ten objects a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import repeat
from typing import TypeVar, overload

import msgspec

from resolvers.model.invoice import InvoiceLine, LineTax, Weight
from resolvers.model.money import Money, TaxedMoney

T = TypeVar("T")

_NOTHING: Iterable[None] = repeat(None)


class Kind(StrEnum):
    """What stands at a path in every line: a column of values, an object with paths of its own below it, or neither.

    Of an object that is PART_OR_NONE the paths below are of the kinds that they have where the object is there; where
    it is missing, their columns hold None as its own does.
    """

    TEXT = "TEXT"
    TEXT_OR_NONE = "TEXT_OR_NONE"
    NUMBER = "NUMBER"
    """A text as the Decimal of it is written: digits, no exponent."""
    NUMBER_OR_NONE = "NUMBER_OR_NONE"
    PART = "PART"
    """An object that every line has; it has no column."""
    PART_OR_NONE = "PART_OR_NONE"
    """An object that some lines have: those whose column holds anything but None."""
    CURRENCY = "CURRENCY"
    """The table's one currency, without a column."""
    POSITION = "POSITION"
    """The line's place in its invoice, counted from 1, without a column."""


class LineTable(msgspec.Struct, frozen=True, dict=True):
    """Lines, one after the other. Columns go by the attributes that lead to them, such as `unit_price.net.amount`.

    What has no kind is None in every line.
    """

    currency_code: str
    columns: Mapping[str, Sequence[str | None]]
    kinds: Mapping[str, Kind]

    @cached_property
    def shape(self) -> str:
        """The kinds in one text: tables of one shape are written in one way."""
        return " ".join(map(":".join, self.kinds.items()))

    def lines(self, start: int, stop: int) -> list[InvoiceLine]:
        """The lines from one row to before another, which are an invoice's."""
        rows = _Rows(self, start, stop)
        return [
            *map(
                InvoiceLine,
                range(1, stop - start + 1),
                rows.texts("sku"),
                rows.texts("name"),
                rows.numbers("quantity"),
                rows.pairs("unit_price"),
                rows.pairs("total"),
                rows.taxes("tax"),
                rows.weights("weight"),
                rows.texts("note"),
            )
        ]


class TableLines(Sequence[InvoiceLine]):
    """The lines of one invoice: rows of a table, made into objects when somebody looks at one of them."""

    __slots__ = ("_made", "start", "stop", "table")

    def __init__(self, table: LineTable, start: int, stop: int) -> None:
        self.table, self.start, self.stop = table, start, stop
        self._made: list[InvoiceLine] | None = None

    def __len__(self) -> int:
        return self.stop - self.start

    @overload
    def __getitem__(self, index: int) -> InvoiceLine: ...
    @overload
    def __getitem__(self, index: slice) -> list[InvoiceLine]: ...
    def __getitem__(self, index: int | slice) -> InvoiceLine | list[InvoiceLine]:
        if self._made is None:
            self._made = self.table.lines(self.start, self.stop)
        return self._made[index]

    def __eq__(self, other: object) -> bool:
        return self[:] == (other[:] if isinstance(other, TableLines) else other)

    __hash__ = None  # type: ignore[assignment]  # as a list has none

    def __repr__(self) -> str:
        return repr(self[:])


class _Rows(msgspec.Struct, frozen=True):
    """Some rows of a table, each column of them as the canonical values that it stands for.

    What has no column goes on without an end.
    """

    table: LineTable
    start: int
    stop: int

    def texts(self, path: str) -> Iterable[str | None]:
        column = self.table.columns.get(path)
        return _NOTHING if column is None else column[self.start : self.stop]

    def numbers(self, path: str) -> Iterable[Decimal | None]:
        if path not in self.table.kinds:
            return _NOTHING
        return [None if text is None else Decimal(text) for text in self.texts(path)]

    def weights(self, path: str) -> Iterable[Weight | None]:
        return self._parts(path, Weight, self.numbers(f"{path}.value"))

    def amounts(self, path: str) -> Iterable[Money | None]:
        return self._parts(path, Money, self.numbers(f"{path}.amount"), repeat(self.table.currency_code))

    def pairs(self, path: str) -> Iterable[TaxedMoney | None]:
        return self._parts(path, TaxedMoney, self.amounts(f"{path}.net"), _NOTHING, self.amounts(f"{path}.gross"))

    def taxes(self, path: str) -> Iterable[LineTax | None]:
        code, rate, amount = self.texts(f"{path}.code"), self.numbers(f"{path}.rate"), self.amounts(f"{path}.amount")
        return self._parts(path, LineTax, code, rate, amount)

    def _parts(self, path: str, make: Callable[..., T], *values: Iterable[object]) -> Iterable[T | None]:
        """What is made of the values in each line that has such a part."""
        match self.table.kinds.get(path):
            case None:
                return _NOTHING
            case Kind.PART:
                return map(make, *values)
        rows = zip(self.texts(path), zip(*values, strict=False), strict=False)
        return [None if there is None else make(*row) for there, row in rows]
