"""For the tests of the rules: invoices in a few words, and their warnings as the table of the samples writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from resolvers.model.invoice import Invoice, InvoiceLine, LineTax, Provenance, Tax
from resolvers.model.money import Money, TaxedMoney
from resolvers.quality import warnings_of
from tests.sources.upstream import NOON

Told = tuple[str, str | None, str | None, str | None]

SMALLEST_STEPS = [("EUR", "0.01"), ("XXX", "0.01"), ("JPY", "1"), ("KWD", "0.001"), ("CLF", "0.0001")]
"""Currencies and their last digit."""


def money(text: str | Decimal, currency: str = "EUR") -> Money:
    return Money(Decimal(text), currency)


def taxed(net: str | None = None, gross: str | None = None, *, currency: str = "EUR") -> TaxedMoney:
    return TaxedMoney(
        net=None if net is None else money(net, currency), gross=None if gross is None else money(gross, currency)
    )


def line(**fields: Any) -> InvoiceLine:
    return InvoiceLine(position=1, **fields)


def line_tax(rate: str | None, amount: str | None = None) -> LineTax:
    return LineTax(rate=None if rate is None else Decimal(rate), amount=None if amount is None else money(amount))


def tax_class(rate: str | None, taxable: str | None, amount: str | None, currency: str = "EUR") -> Tax:
    return Tax(
        rate=None if rate is None else Decimal(rate),
        taxable_amount=None if taxable is None else money(taxable, currency),
        amount=None if amount is None else money(amount, currency),
    )


def invoice(**fields: Any) -> Invoice:
    usual: dict[str, Any] = {
        "source": "here",
        "account_key": "4711",
        "account_id": "an account",
        "source_invoice_id": "1",
        "currency_code": "EUR",
        "provenance": Provenance("here", "list", NOON),
    }
    return Invoice(**(usual | fields))


def told(of: Invoice) -> list[Told]:
    """Code, path, expected and actual of every warning."""
    return [(warning.code.value, warning.path, warning.expected, warning.actual) for warning in warnings_of(of)]


def codes(of: Invoice) -> list[str]:
    return [warning.code.value for warning in warnings_of(of)]
