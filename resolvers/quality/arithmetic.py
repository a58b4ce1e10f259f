"""Sums and products to the last digit, and whether a stated amount is too far from one.

An amount that is unknown makes the whole unknown, and an unknown whole is compared with nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Context, Decimal

from resolvers.model.currency import exponent_of
from resolvers.model.invoice import Note
from resolvers.model.money import Money

_EXACTLY = Context(prec=2_000, rounding=ROUND_HALF_UP, traps=[])
"""Wider than any sum of products of numbers that a Reading accepts, and nothing in it raises."""

_STEPS = tuple(Decimal(1).scaleb(-exponent) for exponent in range(5))
_HALF = Decimal("0.5")


def sum_of(amounts: Iterable[Money | None]) -> Decimal | None:
    """The sum, 0 of none; None where one of them is unknown."""
    total = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        total = _EXACTLY.add(total, amount.amount)
    return total


def difference(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    """The one less the other; None where either is unknown."""
    return None if left is None or right is None else _EXACTLY.subtract(left, right)


def product(amount: Money | None, factor: Decimal | None) -> Decimal | None:
    """The amount so many times; None where either is unknown."""
    return None if amount is None or factor is None else _EXACTLY.multiply(amount.amount, factor)


def share(amount: Money | None, percent: Decimal | None) -> Decimal | None:
    """So many percent of the amount; None where either is unknown."""
    whole = product(amount, percent)
    return None if whole is None else whole.scaleb(-2, _EXACTLY)


def is_beyond_rounding(gap: Decimal, currency_code: str, *, added: int) -> bool:
    """Whether a difference is more than rounding explains: half a unit for each amount added, and for the result."""
    tolerance = _EXACTLY.multiply(_step(currency_code), _HALF * (added + 1))
    return _EXACTLY.compare(_EXACTLY.abs(gap), tolerance) == 1


def differing_sum(code: str, path: str, expected: Decimal | None, actual: Money | None, *, added: int) -> Iterator[Note]:
    """A note where an amount is not the sum of so many added ones; `expected` is told to its last digit."""
    if _differs(expected, actual, added):
        yield Note(code, path, _plain(_at_scale(expected, actual)), _plain(actual.amount))
