"""Money, exactly: a decimal and a currency. No float comes in and none goes out."""

from __future__ import annotations

from decimal import Context, Decimal, Inexact, InvalidOperation

import msgspec

from resolvers.model.currency import CURRENCY_CODES, exponent_of

_STEPS = {code: Decimal(1).scaleb(-exponent_of(code)) for code in CURRENCY_CODES}
_HUNDREDTH = Decimal("0.01")
_EXACTLY = Context(prec=200, traps=[Inexact, InvalidOperation])


class Money(msgspec.Struct, frozen=True, gc=False):
    """An amount in a currency; `XXX` where the currency is unknown."""

    amount: Decimal
    currency_code: str


class TaxedMoney(msgspec.Struct, frozen=True, gc=False):
    """An amount without tax, its tax, and with tax; None where it was not said."""

    net: Money | None = None
    tax: Money | None = None
    gross: Money | None = None


def step_of(currency_code: str) -> Decimal:
    """The least amount of a currency; a hundredth where it is unknown (`XXX`)."""
    return _STEPS.get(currency_code, _HUNDREDTH)


def at_scale(amount: Decimal, currency_code: str) -> Decimal | None:
    """The amount with just the decimals of its currency, zero without a sign; None where that would lose a digit."""
    try:
        scaled = amount.quantize(step_of(currency_code), context=_EXACTLY)
        return scaled or scaled.copy_abs()
    except (Inexact, InvalidOperation):  # too small for the scale, or too large to be written out
        return None


def money(amount: Decimal | None, currency_code: str) -> Money | None:
    """Money with the decimals of its currency, or with all its own where one would be lost; None for None."""
    if amount is None:
        return None
    scaled = at_scale(amount, currency_code)
    return Money(amount if scaled is None else scaled, currency_code)


def plain(number: Decimal) -> str:
    """The number without an exponent and without zeros at its end, so that equal numbers are equal texts."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
