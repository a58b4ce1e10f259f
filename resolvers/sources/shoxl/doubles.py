"""The decimal that a binary number stands for: over REST amounts are doubles, which an ERP has reckoned with. Pure."""

from __future__ import annotations

import re
from decimal import Context, Decimal

from resolvers.model.money import plain
from resolvers.model.reading import LONGEST_NUMBER

_LONG = re.compile(r"-?\d+(?:\.\d{7,}|(?:\.\d+)?[eE]-\d{1,3})", re.ASCII).fullmatch
_TOTAL = re.compile(r"-?\d+(?:\.\d+)?(?:[eE]\+?\d)?", re.ASCII).fullmatch
_LAST_DECIMAL = Decimal("0.000001")
_RESIDUE = Decimal("0.00000001")
_PRECISION = Decimal("1E-15")
_EXACTLY = Context(prec=2 * LONGEST_NUMBER)


def without_residue(text: str, total: str | None) -> str:
    """The amount to six decimals at most, where the rest is what sums of doubles leave; else the text as it is.

    600.1 less three payments is 2.8E-14, where nothing is due. A residue is less than a hundred-millionth, or than a
    double of the amount's size, or of the row's `total` that it is a part of, can tell apart; other digits are the
    server's, and a warning's matter. Nor has a double zeros at its end: what was cut off leaves none.
    """
    if not _LONG(text) or len(text) > LONGEST_NUMBER:
        return text
    amount = Decimal(text)
    meant = amount.quantize(_LAST_DECIMAL, context=_EXACTLY)
    is_residue = abs(amount - meant) < max(_RESIDUE, max(abs(amount), _size(total)) * _PRECISION)
    return plain(meant) if is_residue else text


def _size(total: str | None) -> Decimal:
    """The total without its sign; zero where it is no such number."""
    return abs(Decimal(total)) if total and len(total) <= LONGEST_NUMBER and _TOTAL(total) else Decimal(0)
