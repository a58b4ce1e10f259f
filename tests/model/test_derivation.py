"""What mappings conclude where a source is silent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from resolvers.model.derivation import complete_balance, settle_currency, settlement, type_by_sign
from resolvers.model.invoice import InvoiceStatus, InvoiceType, Note, PaymentStatus, ValueOrigin
from resolvers.model.money import Money
from resolvers.model.reading import Reading


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("stated", "configured", "currency", "origin", "codes"),
    [
        ("EUR", "USD", "EUR", ValueOrigin.SOURCE, []),
        (" EUR ", None, "EUR", ValueOrigin.SOURCE, ["TEXT_TRIMMED"]),
        (None, "USD", "USD", ValueOrigin.CONFIGURED, ["CURRENCY_ASSUMED"]),
        ("", None, "XXX", ValueOrigin.UNKNOWN, ["CURRENCY_UNKNOWN"]),
        ("Euro", "USD", "USD", ValueOrigin.CONFIGURED, ["VALUE_UNRECOGNISED", "CURRENCY_ASSUMED"]),
        ("XXX", None, "XXX", ValueOrigin.UNKNOWN, ["VALUE_UNRECOGNISED", "CURRENCY_UNKNOWN"]),
    ],
)
def test_the_currency_is_the_sources_else_the_configured_one_else_unknown(
    stated: str | None, configured: str | None, currency: str, origin: ValueOrigin, codes: list[str]
) -> None:
    reading = Reading()

    assert settle_currency(reading, configured, stated) is origin
    assert reading.currency_code == currency
    assert [(note.code, note.path) for note in reading.notes] == [(code, "currencyCode") for code in codes]


def test_a_negative_total_alone_makes_a_credit_note() -> None:
    assert type_by_sign(euros("-0.01")) == (InvoiceType.CREDIT_NOTE, ("type",))
    assert type_by_sign(euros("-0.00")) == (InvoiceType.INVOICE, ())
    assert type_by_sign(None) == (InvoiceType.INVOICE, ())


def test_what_was_not_stated_follows_from_the_total_and_the_other_amount() -> None:
    total = euros("10.00")

    assert complete_balance(Reading("EUR"), total, None, euros("4.00")) == (
        euros("6.00"),
        euros("4.00"),
        ("amountPaid",),
    )
    assert complete_balance(Reading("EUR"), total, euros("4.00"), None) == (
        euros("4.00"),
        euros("6.00"),
        ("amountDue",),
    )


def test_nothing_is_derived_where_all_is_stated_or_too_little_is() -> None:
    total, paid, due = euros("10.00"), euros("1.00"), euros("2.00")

    assert complete_balance(Reading("EUR"), total, paid, due) == (paid, due, ())
    assert complete_balance(Reading("EUR"), total, None, None) == (None, None, ())
    assert complete_balance(Reading("EUR"), None, paid, None) == (paid, None, ())


def test_an_amount_that_was_stated_and_is_unreadable_is_not_derived() -> None:
    reading = Reading("EUR")
    reading.notes.append(Note("VALUE_UNREADABLE", "amountPaid", actual="six"))

    assert complete_balance(reading, euros("10.00"), None, euros("4.00")) == (None, euros("4.00"), ())


def test_a_difference_loses_no_digit() -> None:
    large, small = euros("12345678901234567890123456789012345.67"), euros("0.01")

    paid = complete_balance(Reading("EUR"), large, None, small).paid

    assert str(paid and paid.amount) == "12345678901234567890123456789012345.66"


def test_a_settlement_compares_the_amounts() -> None:
    assert settlement(InvoiceType.INVOICE, InvoiceStatus.OPEN, euros("10"), euros("4")) is PaymentStatus.PARTIALLY_PAID
    assert settlement(InvoiceType.INVOICE, InvoiceStatus.OPEN, euros("10"), None) is PaymentStatus.UNKNOWN
