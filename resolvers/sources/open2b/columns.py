"""A member of many items at once, as a column of the table of their lines. Pure.

It works where the values are what they nearly always are. Any other is Odd, and leaves a note when it is read alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation
from itertools import repeat
from operator import attrgetter
from types import NoneType
from typing import Any

from resolvers.model.line_table import Kind
from resolvers.model.money import step_of
from resolvers.sources.open2b.envelope import Record

_TEXTS, _NONE = {str}, {NoneType}
_NUMERALS = b"0123456789-."
_TOO_LONG = b"0" * 19
_at_scale = Context(prec=30, traps=[Inexact, InvalidOperation]).quantize
_ALIKE = bytes.maketrans(b"123456789", b"000000000")


class Odd(Exception):
    """One of the values has to be looked at alone."""


class Columns:
    """The columns in the making, whose amounts are of one currency."""

    def __init__(self, currency_code: str) -> None:
        self.columns: dict[str, Sequence[str | None]] = {}
        self.kinds = {"position": Kind.POSITION}
        self._step = step_of(currency_code)

    def add_part(self, path: str) -> None:
        """Adds an object that every line has."""
        self.kinds[path] = Kind.PART

    def add_texts(self, path: str, records: Sequence[Record], name: str) -> None:
        """Adds the texts, None for empty ones. Raises Odd where just some are there, or one has blanks around it."""
        values, kinds = _column(records, name)
        if values is None:
            return
        if kinds != _TEXTS or [*map(str.strip, values)] != values:
            raise Odd
        if all(values):
            self._add(path, Kind.TEXT, values)
        elif any(values):
            self._add(path, Kind.TEXT_OR_NONE, [value or None for value in values])

    def add_numbers(self, path: str, records: Sequence[Record], name: str) -> None:
        """Adds the numbers. Raises Odd where just some are there, or one is no ordinary number."""
        if (joined := _joined(records, name)) is not None:
            self._add(path, Kind.NUMBER, joined.decode().split(","))

    def add_weights(self, path: str, records: Sequence[Record], name: str) -> None:
        """Adds the weights, of no stated unit. Raises Odd as `add_numbers`."""
        self.add_numbers(f"{path}.value", records, name)
        if f"{path}.value" in self.kinds:
            self.add_part(path)

    def add_amounts(self, path: str, records: Sequence[Record], name: str) -> bool:
        """Adds the amounts at the currency's scale; whether there are any.

        Raises Odd as `add_numbers`, and where a digit would be lost.
        """
        joined = _joined(records, name)
        if joined is None:
            return False
        texts = joined.decode().split(",")
        if not self._are_at_scale(joined, len(texts)):
            try:
                texts = [*map(str, map(_at_scale, map(Decimal, texts), repeat(self._step)))]
            except DecimalException:
                raise Odd from None
        self.add_part(path)
        self._add(f"{path}.amount", Kind.NUMBER, texts)
        self.kinds[f"{path}.currency_code"] = Kind.CURRENCY
        return True

    def add_pair(self, path: str, records: Sequence[Record], net: str, gross: str) -> None:
        """Adds amounts without and with tax. Raises Odd as `add_amounts`."""
        has_net = self.add_amounts(f"{path}.net", records, net)
        if self.add_amounts(f"{path}.gross", records, gross) or has_net:
            self.add_part(path)

    def _add(self, path: str, kind: Kind, column: Sequence[str | None]) -> None:
        self.columns[path], self.kinds[path] = column, kind

    def _are_at_scale(self, joined: bytes, count: int) -> bool:
        """Whether each of the numbers has just the decimals of the currency."""
        exponent = -int(self._step.as_tuple().exponent)
        if not exponent:
            return b"." not in joined
        end = b".%b," % (b"0" * exponent)
        return joined.count(b".") == count == (joined.translate(_ALIKE) + b",").count(end)


def parts(records: Sequence[Record], name: str) -> list[Any] | None:
    """A record of each of the records; None where it was not read, or none has it. Raises Odd where just some do."""
    values, kinds = _column(records, name)
    if len(kinds) > 1:
        raise Odd
    return values


def _column(records: Sequence[Record], name: str) -> tuple[list[Any] | None, set[type]]:
    """A member of every record, and of which types; None where it was not read, or none has it."""
    if name not in type(records[0]).__struct_fields__:
        return None, set()
    values = [*map(attrgetter(name), records)]
    kinds = {*map(type, values)}
    return (None if kinds == _NONE else values), kinds


def _joined(records: Sequence[Record], name: str) -> bytes | None:
    """The numbers with commas between them; None where they were not read, or none is there.

    JSON has seen to their grammar: what is made of digits, signs and points alone is a number without an exponent.
    """
    if name not in type(records[0]).__struct_fields__:
        return None
    joined = b",".join(map(attrgetter(name), records))
    if not joined.replace(b"null", b"").strip(b","):
        return None
    is_complete = b",," not in b",%b," % joined
    if is_complete and not joined.translate(None, _NUMERALS).strip(b",") and _TOO_LONG not in _figures(joined):
        return joined
    raise Odd


def _figures(joined: bytes) -> bytes:
    """Zeros in place of the digits, which stand together in each number: signs and points are left out."""
    return joined.translate(_ALIKE, b"-.")
