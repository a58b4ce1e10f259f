"""A member of many items at once, as a column of the table of their lines. Pure.

It works where the values are what they nearly always are, null among them. Any other is odd, and leaves a note when it
is read alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation

import msgspec

from resolvers.model.currency import exponent_of
from resolvers.model.line_table import Kind
from resolvers.model.money import step_of
from resolvers.model.reading import OddColumn
from resolvers.sources.open2b.wire import Number

_Column = Sequence[str | None]
_ODD = -1
_SIGNS = b"0-.,"
_LAST_DIGIT = b"0,"
_TOO_LONG = b"0" * 19
_at_scale = Context(prec=30, traps=[Inexact, InvalidOperation]).quantize
_ALIKE = bytes.maketrans(b"123456789", b"000000000")


class Digits(msgspec.Struct, frozen=True):
    """Numbers as text, None where one is null or absent; `is_full` where none of them is."""

    texts: _Column
    is_full: bool


class Columns:
    """The columns in the making, whose amounts are of one currency. None in place of values: they were not read."""

    def __init__(self, currency_code: str) -> None:
        self.columns: dict[str, _Column] = {}
        self.kinds = {"position": Kind.POSITION}
        self._currency_code = currency_code

    def add_part(self, path: str, column: _Column | None = None) -> None:
        """Adds an object that every line has, or just those that are not None in the column."""
        self.kinds[path] = Kind.PART
        if column is not None:
            self._add(path, Kind.PART_OR_NONE, column)

    def add_texts(self, path: str, values: list[str | None] | None) -> None:
        """Adds the texts, None for empty ones. Raises OddColumn where one has blanks around."""
        if values is None:
            return
        is_full = all(values)
        texts = values if is_full else [*filter(None, values)]
        if [*map(str.strip, texts)] != texts:  # type: ignore[arg-type]  # None is not among them
            raise OddColumn
        if texts:
            kind = Kind.TEXT if is_full else Kind.TEXT_OR_NONE
            self._add(path, kind, values if is_full else [value or None for value in values])

    def add_numbers(self, path: str, values: Sequence[Number] | None) -> None:
        """Adds the numbers. Raises OddColumn as `numbers_of`."""
        if values is not None and (numbers := numbers_of(values)):
            self._add(path, Kind.NUMBER if numbers.is_full else Kind.NUMBER_OR_NONE, numbers.texts)

    def add_weights(self, path: str, values: Sequence[Number] | None) -> None:
        """Adds the weights, of no stated unit. Raises OddColumn as `numbers_of`."""
        if values is not None and (numbers := numbers_of(values)):
            self._add_object(path, "value", numbers)

    def add_amounts(self, path: str, values: Sequence[Number] | None) -> Digits | None:
        """Adds the amounts at the currency's scale; what was added. Raises OddColumn as `amounts_of`."""
        amounts = None if values is None else amounts_of(values, self._currency_code)
        if amounts is not None:
            self._add_object(path, "amount", amounts)
            self.kinds[f"{path}.currency_code"] = Kind.CURRENCY
        return amounts

    def add_pair(self, path: str, net: Sequence[Number] | None, gross: Sequence[Number] | None) -> None:
        """Adds amounts without and with tax. Raises OddColumn as `amounts_of`."""
        added = self.add_amounts(f"{path}.net", net), self.add_amounts(f"{path}.gross", gross)
        sides = [side for side in added if side is not None]
        if any(side.is_full for side in sides):
            self.add_part(path)
        elif sides:
            self.add_part(path, [one or other for one, other in zip(sides[0].texts, sides[-1].texts, strict=True)])

    def _add_object(self, path: str, name: str, numbers: Digits) -> None:
        """Adds an object that is there where its number is."""
        self.add_part(path, None if numbers.is_full else numbers.texts)
        self._add(f"{path}.{name}", Kind.NUMBER, numbers.texts)

    def _add(self, path: str, kind: Kind, column: _Column) -> None:
        self.columns[path], self.kinds[path] = column, kind


def numbers_of(values: Sequence[Number]) -> Digits | None:
    """The numbers as they were sent; None where there is none. Raises OddColumn where one is no ordinary number."""
    joined = _joined(values)
    if _count(joined, _LAST_DIGIT) == len(values):
        return Digits(_split(joined), is_full=True)
    texts = [None if text in ("", "null") else text for text in _split(joined)]
    if not any(texts):
        return None
    if _count(",".join(filter(None, texts)).encode(), b"") == _ODD:
        raise OddColumn
    return Digits(texts, is_full=False)


def amounts_of(values: Sequence[Number], currency_code: str) -> Digits | None:
    """The amounts at the currency's scale, zero without a sign; None where there is none.

    Raises OddColumn as `numbers_of`, and where a digit would be lost.
    """
    joined, exponent = _joined(values), exponent_of(currency_code)
    ending = b".%b," % (b"0" * exponent) if exponent else _LAST_DIGIT
    is_at_scale = _count(joined, ending) == len(values) and (exponent or b"." not in joined)
    if is_at_scale and joined.find(b"-0") < 0:  # which may be a zero with a sign
        return Digits(_split(joined), is_full=True)
    numbers, step = numbers_of(values), step_of(currency_code)
    if numbers is None:
        return None
    try:
        texts = [
            None if text is None else str((amount := _at_scale(Decimal(text), step)) or amount.copy_abs())
            for text in numbers.texts
        ]
    except DecimalException:
        raise OddColumn from None
    return Digits(texts, numbers.is_full)


def _joined(values: Sequence[Number]) -> bytes:
    return b",".join(values) + b","


def _split(joined: bytes) -> list[str]:
    return joined[:-1].decode().split(",")


def _count(numbers: bytes, ending: bytes) -> int:
    """How many of the numbers, each of which a comma follows, end like this, where 0 stands for any digit.

    _ODD where one of them is no ordinary number: it has an exponent or quotes, is null, or has 19 digits in a row. JSON
    has seen to the grammar: what is made of digits, signs and points alone is a number.
    """
    figures = numbers.translate(_ALIKE)
    is_too_long = figures.find(_TOO_LONG) >= 0  # `in` takes the digits for a number first, and catches its own error
    return _ODD if is_too_long or figures.translate(None, _SIGNS) else figures.count(ending)
