"""Sums and products to the last digit, and whether a stated amount is too far from one.

An amount that is unknown makes the whole unknown, and an unknown whole is compared with nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Context, Decimal

from resolvers.model.invoice import Note
from resolvers.model.money import Money, step_of

_EXACTLY = Context(prec=2_000, rounding=ROUND_HALF_UP, traps=[])
"""Wider than any sum of products of numbers that a Reading accepts, and nothing in it raises."""


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


def is_beyond_rounding(gap: Decimal, currency_code: str, *, added: int | Decimal) -> bool:
    """Whether a difference is more than rounding explains: half a unit for each amount added, and for the result."""
    twice_the_tolerance = _EXACTLY.multiply(step_of(currency_code), _EXACTLY.add(added, 1))
    return _EXACTLY.compare(_EXACTLY.multiply(_EXACTLY.abs(gap), 2), twice_the_tolerance) == 1


def unlike_sum(code: str, path: str, expected: Decimal | None, actual: Money | None, *, added: int) -> Iterator[Note]:
    """A note where the amount at the path is not the sum of so many added ones, told to its last digit."""
    if expected is None or actual is None or not _is_beyond(expected, actual, added):
        return
    rounded = _rounded(expected, actual.currency_code)
    yield Note(code, path, _plain(rounded if rounded == expected else expected), _plain(actual.amount))


def unlike_product(
    code: str, path: str, expected: Decimal | None, actual: Money | None, *, added: Decimal
) -> Iterator[Note]:
    """A note where the amount at the path is not the product, which is compared exactly and told rounded half up.

    `added`: of how many rounded amounts the one at the path is the sum.
    """
    if expected is None or actual is None or not _is_beyond(expected, actual, added):
        return
    yield Note(code, path, _plain(_rounded(expected, actual.currency_code)), _plain(actual.amount))


def _is_beyond(expected: Decimal, actual: Money, added: int | Decimal) -> bool:
    return is_beyond_rounding(_EXACTLY.subtract(expected, actual.amount), actual.currency_code, added=added)


def _rounded(amount: Decimal, currency_code: str) -> Decimal:
    return amount.quantize(step_of(currency_code), context=_EXACTLY)


def _plain(amount: Decimal) -> str:
    return format(_EXACTLY.plus(amount), "f")
