"""How Open2b's numbers are read: amounts, pairs of them, weights. Pure."""

from __future__ import annotations

from decimal import Context, Decimal, Inexact, InvalidOperation

import msgspec

from resolvers.model.invoice import Weight
from resolvers.model.money import Money, TaxedMoney, step_of
from resolvers.model.reading import Reading
from resolvers.sources.open2b.wire import Number

at_scale = Context(prec=18, traps=[Inexact, InvalidOperation]).quantize
"""An ordinary number with the decimals of a step; raises Inexact or InvalidOperation where a digit would be lost."""


def number_text(value: Number) -> str | None:
    """The text of what stands for a number, of a string its content; None for null and for an absent key."""
    if value is None or isinstance(value, str):
        return value
    if type(value) is int or type(value) is Decimal:
        return str(value)
    return msgspec.json.encode(value).decode()


def read_money(reading: Reading, path: str, value: Number) -> Money | None:
    """An amount, as `reading.money` of its text; None for null and for an absent key."""
    if type(value) is Decimal:
        try:
            return Money(at_scale(value, step_of(reading.currency_code)), reading.currency_code)
        except (Inexact, InvalidOperation):
            pass
    return reading.money(path, number_text(value))


def read_number(reading: Reading, path: str, value: Number) -> Decimal | None:
    """A number, as `reading.number` of its text; None for null and for an absent key."""
    return value if type(value) is Decimal else reading.number(path, number_text(value))


def read_taxed(reading: Reading, path: str, net: Number, gross: Number) -> TaxedMoney | None:
    """An amount without and with tax; None where neither is stated."""
    without_tax = read_money(reading, path + ".net", net)
    with_tax = read_money(reading, path + ".gross", gross)
    return None if without_tax is None and with_tax is None else TaxedMoney(without_tax, None, with_tax)


def read_weight(reading: Reading, path: str, value: Number) -> Weight | None:
    """A weight; its unit is the shop's own and not stated."""
    weight = read_number(reading, path, value)
    return None if weight is None else Weight(weight)
