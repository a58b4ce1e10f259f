"""Tables of lines, with whatever columns a source may tell."""

from __future__ import annotations

from random import Random

from resolvers.model.line_table import Kind, LineTable, TableLines

_TEXTS = ("", "plain", 'quo"te\\', "Köln\n\t\x00\x7f\u2028 €", "\U0001f9fe", "{k1}", "%s")
_NUMBERS = ("168.99", "0", "-0.00", "1000", "0.000000000001", "9" * 18)
_AMOUNTS = ("unit_price.net", "unit_price.gross", "total.net", "total.gross", "tax.amount")


def some_lines(dice: Random) -> TableLines:
    """The lines of one of several invoices that share a table."""
    count = dice.randrange(1, 6)
    columns: dict[str, list[str | None]] = {}
    kinds = {"position": Kind.POSITION}
    for path in ("sku", "name", "note", "tax.code"):
        if dice.randrange(3):
            kinds[path] = dice.choice([Kind.TEXT, Kind.TEXT_OR_NONE])
            some = _TEXTS if kinds[path] is Kind.TEXT else (*_TEXTS, None, None)
            columns[path] = [dice.choice(some) for _ in range(count)]
    for path in ("quantity", "tax.rate", "weight.value", *(f"{amount}.amount" for amount in _AMOUNTS)):
        if dice.randrange(3):
            kinds[path] = Kind.NUMBER
            columns[path] = [dice.choice(_NUMBERS) for _ in range(count)]
    kinds |= {f"{path}.currency_code": Kind.CURRENCY for path in _AMOUNTS if f"{path}.amount" in kinds}
    kinds |= dict.fromkeys(_parts(kinds), Kind.PART) | ({"tax": Kind.PART} if dice.randrange(2) else {})
    start = dice.randrange(count + 1)
    return TableLines(LineTable("EUR", columns, kinds), start, dice.randrange(start, count + 1))


def _parts(paths: dict[str, Kind]) -> set[str]:
    """All objects that these are parts of."""
    return {path[:place] for path in paths for place, character in enumerate(path) if character == "."}
