"""Tables of lines, with whatever columns a source may tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from resolvers.model.line_table import Kind, LineTable, TableLines

_TEXTS = ("", "plain", 'quo"te\\', "Köln\n\t\x00\x7f\u2028 €", "\U0001f9fe", "{k1}", "%s")
_NUMBERS = ("168.99", "0", "-0.00", "1000", "0.000000000001", "9" * 18)
_LEAVES = {
    Kind.TEXT: (Kind.TEXT_OR_NONE, _TEXTS),
    Kind.NUMBER: (Kind.NUMBER_OR_NONE, _NUMBERS),
}
_PAIR = {"net": "amount", "gross": "amount"}
_LINE = {
    "sku": Kind.TEXT,
    "name": Kind.TEXT,
    "note": Kind.TEXT,
    "quantity": Kind.NUMBER,
    "unit_price": _PAIR,
    "total": _PAIR,
    "tax": {"code": Kind.TEXT, "rate": Kind.NUMBER, "amount": "amount"},
    "weight": "value",
}
"""What a table may have: leaves, objects of others, and objects that are there where their one number is."""


def some_lines(dice: Random) -> TableLines:
    """The lines of one of several invoices that share a table."""
    count = dice.randrange(1, 6)
    made = _Made(dice)
    for name, content in _LINE.items():
        made.add(name, content, [True] * count)
    start = dice.randrange(count + 1)
    return TableLines(LineTable("EUR", made.columns, made.kinds), start, dice.randrange(start, count + 1))


@dataclass
class _Made:
    """Columns and their kinds in the making."""

    dice: Random
    columns: dict[str, list[str | None]] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=lambda: {"position": Kind.POSITION})

    def add(self, path: str, content: object, lines: list[bool]) -> None:
        """Adds what is at the path, in some of these lines or all, or in none."""
        if not self.dice.randrange(3):
            return
        if self.dice.randrange(2):
            lines = [is_there and bool(self.dice.randrange(3)) for is_there in lines]
        if isinstance(content, Kind):
            some_or_none, values = _LEAVES[content]
            self._fill(path, content if all(lines) else some_or_none, values, lines)
        elif isinstance(content, dict):
            self._add_part(path, _TEXTS, lines)
            for name, below in content.items():
                self.add(f"{path}.{name}", below, lines)
        else:
            self._fill(f"{path}.{content}", Kind.NUMBER, _NUMBERS, lines)
            self._add_part(path, _NUMBERS, lines)
            if content == "amount":
                self.kinds[f"{path}.currency_code"] = Kind.CURRENCY

    def _add_part(self, path: str, values: tuple[str, ...], lines: list[bool]) -> None:
        if all(lines):
            self.kinds[path] = Kind.PART
        else:
            self._fill(path, Kind.PART_OR_NONE, values, lines)

    def _fill(self, path: str, kind: Kind, values: tuple[str, ...], lines: list[bool]) -> None:
        self.kinds[path] = kind
        self.columns[path] = [self.dice.choice(values) if is_there else None for is_there in lines]
