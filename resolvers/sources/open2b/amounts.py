"""How Open2b's numbers are read: amounts, pairs of them, weights. Pure, and run for every amount of every line."""

from __future__ import annotations

from decimal import Context, Decimal, Inexact, InvalidOperation

from msgspec import Raw

from resolvers.model.invoice import Weight
from resolvers.model.money import Money, TaxedMoney, step_of
from resolvers.model.reading import LONGEST_NUMBER, Reading
from resolvers.sources.json_text import ABSENT, scalar_text

_at_scale = Context(prec=18, traps=[Inexact, InvalidOperation]).quantize
"""An amount of at most so many digits with the decimals of a step; raises where one would be lost."""


def read_money(reading: Reading, path: str, value: Raw) -> Money | None:
    """An amount; None for null and for an absent key."""
    return None if value is ABSENT else read_amount(reading, path, value, step_of(reading.currency_code))


def read_amount(reading: Reading, path: str, value: Raw, step: Decimal) -> Money | None:
    """As `reading.money` of the value's text, in a third of its time; `step` is that of the reading's currency."""
    text = str(value, "utf-8")
    try:
        amount = Decimal(text)  # what is JSON and a Decimal is a number as Reading knows it
        scaled = _at_scale(amount, step)
        if len(text) <= LONGEST_NUMBER and (scaled or abs(amount.adjusted()) <= LONGEST_NUMBER):
            return Money(scaled, reading.currency_code)
    except (Inexact, InvalidOperation):  # not to scale, or null, a text, absent
        pass
    return reading.money(path, scalar_text(value))


def read_number(reading: Reading, path: str, value: Raw) -> Decimal | None:
    """As `reading.number` of the value's text, likewise; None for null and for an absent key."""
    if value is ABSENT:
        return None
    text = str(value, "utf-8")
    try:
        number = Decimal(text)
        if len(text) <= LONGEST_NUMBER and abs(number.adjusted()) <= LONGEST_NUMBER:
            return number
    except InvalidOperation:
        pass
    return reading.number(path, scalar_text(value))


def read_taxed(reading: Reading, path: str, net: Raw, gross: Raw) -> TaxedMoney | None:
    """An amount without and with tax; None where neither is stated."""
    without_tax = read_money(reading, path + ".net", net)
    with_tax = read_money(reading, path + ".gross", gross)
    return None if without_tax is None and with_tax is None else TaxedMoney(without_tax, None, with_tax)


def read_weight(reading: Reading, path: str, value: Raw) -> Weight | None:
    """A weight; its unit is the shop's own and not stated."""
    weight = read_number(reading, path, value)
    return None if weight is None else Weight(weight)
