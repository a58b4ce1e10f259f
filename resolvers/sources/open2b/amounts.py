"""How Open2b's numbers are read: amounts, pairs of them, weights. Pure."""

from __future__ import annotations

from decimal import Decimal

from resolvers.model.invoice import Weight
from resolvers.model.money import Money, TaxedMoney
from resolvers.model.reading import Reading
from resolvers.sources.json_text import scalar_text
from resolvers.sources.open2b.wire import Number


def read_money(reading: Reading, path: str, value: Number) -> Money | None:
    """An amount, as `reading.money` of its text; None for null and for an absent key."""
    return reading.money(path, scalar_text(value))


def read_number(reading: Reading, path: str, value: Number) -> Decimal | None:
    """A number, as `reading.number` of its text; None for null and for an absent key."""
    return reading.number(path, scalar_text(value))


def read_taxed(reading: Reading, path: str, net: Number, gross: Number) -> TaxedMoney | None:
    """An amount without and with tax; None where neither is stated."""
    without_tax = read_money(reading, path + ".net", net)
    with_tax = read_money(reading, path + ".gross", gross)
    return None if without_tax is None and with_tax is None else TaxedMoney(without_tax, None, with_tax)


def read_weight(reading: Reading, path: str, value: Number) -> Weight | None:
    """A weight; its unit is the shop's own and not stated."""
    weight = read_number(reading, path, value)
    return None if weight is None else Weight(weight)
