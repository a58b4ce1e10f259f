"""What a mapping concludes where the source is silent: the currency, the type, the third of three amounts.

Each conclusion is from values of the same invoice or from the source's settings, and says so: by an origin, a note, or
a path for `provenance.derivedFields`.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal, Inexact
from typing import NamedTuple

from resolvers.model.currency import CURRENCY_CODES, UNKNOWN_CURRENCY
from resolvers.model.invoice import InvoiceStatus, InvoiceType, PaymentStatus, ValueOrigin
from resolvers.model.money import Money, money
from resolvers.model.payment import payment_status
from resolvers.model.reading import Reading

_EXACTLY = Context(prec=400, traps=[Inexact])  # wider than any two numbers that a Reading accepts


class TypeOfDocument(NamedTuple):
    """A type, and the paths that were derived to know it."""

    type: InvoiceType
    derived: tuple[str, ...]


_CREDIT_NOTE = TypeOfDocument(InvoiceType.CREDIT_NOTE, ("type",))
_INVOICE = TypeOfDocument(InvoiceType.INVOICE, ())


class Balance(NamedTuple):
    """What is paid and what is due, and the paths that were derived."""

    paid: Money | None
    due: Money | None
    derived: tuple[str, ...]


def settle_currency(reading: Reading, configured: str | None, stated: str | None = None) -> ValueOrigin:
    """Sets the reading's currency, to be called before its amounts are read, and tells who says so.

    The source's own code where it is one of ISO 4217 (else VALUE_UNRECOGNISED), then the configured one
    (CURRENCY_ASSUMED), then `XXX` (CURRENCY_UNKNOWN).
    """
    code = reading.text("currencyCode", stated)
    if code is not None:
        if code in CURRENCY_CODES:
            reading.currency_code = code
            return ValueOrigin.SOURCE
        reading.note("VALUE_UNRECOGNISED", "currencyCode", actual=code)
    if configured is not None:
        reading.currency_code = configured
        reading.note("CURRENCY_ASSUMED", "currencyCode")
        return ValueOrigin.CONFIGURED
    reading.currency_code = UNKNOWN_CURRENCY
    reading.note("CURRENCY_UNKNOWN", "currencyCode")
    return ValueOrigin.UNKNOWN


def type_by_sign(total: Money | None) -> TypeOfDocument:
    """The type where the source has no word for it: a negative total makes a credit note, and that is derived."""
    if total is not None and total.amount.is_signed() and total.amount:  # half of what it takes to compare with 0
        return _CREDIT_NOTE
    return _INVOICE


def complete_balance(reading: Reading, total: Money | None, paid: Money | None, due: Money | None) -> Balance:
    """Derives what is paid or what is due from the total and the other one, where just that one was not stated.

    An amount that was stated and could not be read stays null.
    """
    if total is not None and due is not None and paid is None and not _is_unreadable(reading, "amountPaid"):
        return Balance(_difference(total, due), due, ("amountPaid",))
    if total is not None and paid is not None and due is None and not _is_unreadable(reading, "amountDue"):
        return Balance(paid, _difference(total, paid), ("amountDue",))
    return Balance(paid, due, ())


def settlement(type_: InvoiceType, status: InvoiceStatus, total: Money | None, due: Money | None) -> PaymentStatus:
    """How far a document is paid: `payment_status` of amounts in the invoice's one currency."""
    return payment_status(type_, status, _amount(total), _amount(due))


def extended(unit_price: Money | None, quantity: Decimal | None) -> Money | None:
    """The price of so many units, to the last digit; None where either is unknown."""
    if unit_price is None or quantity is None:
        return None
    amount: Decimal = _EXACTLY.multiply(unit_price.amount, quantity)
    return money(amount, unit_price.currency_code)


def sum_of(amounts: Iterable[Money | None], currency_code: str) -> Money | None:
    """The sum of amounts in the one currency, 0 of none; None where one of them is unknown."""
    total = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        total = _EXACTLY.add(total, amount.amount)
    return money(total, currency_code)


def _amount(of: Money | None) -> Decimal | None:
    return None if of is None else of.amount


def _difference(left: Money, right: Money) -> Money | None:
    amount: Decimal = _EXACTLY.subtract(left.amount, right.amount)
    return money(amount, left.currency_code)


def _is_unreadable(reading: Reading, path: str) -> bool:
    return any(note.code == "VALUE_UNREADABLE" and note.path == path for note in reading.notes)
