"""A member of many items at once, as a column of the table of their lines. Pure.

It works where the values are what they nearly always are. Any other is odd, and leaves a note when it is read alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation
from itertools import repeat

from resolvers.model.currency import exponent_of
from resolvers.model.line_table import Kind
from resolvers.model.money import step_of
from resolvers.model.reading import OddColumn
from resolvers.sources.open2b.wire import Number

_SIGNS = b"0-.,"
_TOO_LONG = b"0" * 19
_at_scale = Context(prec=30, traps=[Inexact, InvalidOperation]).quantize
_ALIKE = bytes.maketrans(b"123456789", b"000000000")


class Columns:
    """The columns in the making, whose amounts are of one currency. None in place of values: they were not read."""

    def __init__(self, currency_code: str) -> None:
        self.columns: dict[str, Sequence[str | None]] = {}
        self.kinds = {"position": Kind.POSITION}
        self._currency_code = currency_code

    def add_part(self, path: str) -> None:
        """Adds an object that every line has."""
        self.kinds[path] = Kind.PART

    def add_texts(self, path: str, values: list[str | None] | None) -> None:
        """Adds the texts, None for empty ones. Raises OddColumn where just some are there, or one has blanks around."""
        if values is None or not _are_texts(values):
            return
        if all(values):
            self._add(path, Kind.TEXT, values)
        elif any(values):
            self._add(path, Kind.TEXT_OR_NONE, [value or None for value in values])

    def add_numbers(self, path: str, values: Sequence[Number] | None) -> bool:
        """Adds the numbers; whether there are any. Raises OddColumn as `numbers_of`."""
        return self._add_numbers(path, None if values is None else numbers_of(values))

    def add_weights(self, path: str, values: Sequence[Number] | None) -> None:
        """Adds the weights, of no stated unit. Raises OddColumn as `numbers_of`."""
        if self.add_numbers(f"{path}.value", values):
            self.add_part(path)

    def add_amounts(self, path: str, values: Sequence[Number] | None) -> bool:
        """Adds the amounts at the currency's scale; whether there are any. Raises OddColumn as `amounts_of`."""
        amounts = None if values is None else amounts_of(values, self._currency_code)
        if not self._add_numbers(f"{path}.amount", amounts):
            return False
        self.add_part(path)
        self.kinds[f"{path}.currency_code"] = Kind.CURRENCY
        return True

    def add_pair(self, path: str, net: Sequence[Number] | None, gross: Sequence[Number] | None) -> None:
        """Adds amounts without and with tax. Raises OddColumn as `amounts_of`."""
        has_net = self.add_amounts(f"{path}.net", net)
        if self.add_amounts(f"{path}.gross", gross) or has_net:
            self.add_part(path)

    def _add_numbers(self, path: str, texts: list[str] | None) -> bool:
        if texts is None:
            return False
        self._add(path, Kind.NUMBER, texts)
        return True

    def _add(self, path: str, kind: Kind, column: Sequence[str | None]) -> None:
        self.columns[path], self.kinds[path] = column, kind


def numbers_of(values: Sequence[Number]) -> list[str] | None:
    """The numbers as they were sent; None where there is none.

    Raises OddColumn where just some are there, or one is no ordinary number.
    """
    joined = b",".join(values)
    if _is_nothing(joined):
        return None
    if b",," in _figures(joined):
        raise OddColumn
    return joined.decode().split(",")


def amounts_of(values: Sequence[Number], currency_code: str) -> list[str] | None:
    """The amounts at the currency's scale; None where there is none.

    Raises OddColumn as `numbers_of`, and where a digit would be lost.
    """
    joined = b",".join(values)
    if _is_nothing(joined):
        return None
    texts = joined.decode().split(",")
    if _are_at_scale(_figures(joined), len(values), currency_code):
        return texts
    try:
        return [*map(str, map(_at_scale, map(Decimal, texts), repeat(step_of(currency_code))))]
    except DecimalException:
        raise OddColumn from None


def _is_nothing(joined: bytes) -> bool:
    """Whether each of the numbers is null or absent. Raises OddColumn where just the first of them is."""
    if joined and not joined.startswith((b",", b"null")):
        return False
    if joined.replace(b"null", b"").strip(b","):
        raise OddColumn
    return True


def _figures(joined: bytes) -> bytes:
    """The numbers with zeros for digits and a comma behind each. Raises OddColumn where one is no ordinary number.

    JSON has seen to their grammar: what is made of digits, signs and points alone is a number without an exponent.
    """
    figures = joined.translate(_ALIKE)
    if figures.translate(None, _SIGNS) or _TOO_LONG in figures:
        raise OddColumn
    return figures + b","


def _are_at_scale(figures: bytes, count: int, currency_code: str) -> bool:
    """Whether all numbers are there, each with just the decimals of the currency."""
    exponent = exponent_of(currency_code)
    if not exponent:
        return b"." not in figures and figures.count(b"0,") == count
    return figures.count(b".%b," % (b"0" * exponent)) == count


def _are_texts(values: list[str | None]) -> bool:
    """Whether there are texts; False where each is None. Raises OddColumn for just some, and for blanks around one."""
    try:
        if [*map(str.strip, values)] == values:  # type: ignore[arg-type]  # TypeError for None
            return True
    except TypeError:
        if not any(value is not None for value in values):
            return False
    raise OddColumn
