"""Amounts and measures."""

from decimal import Decimal

import strawberry

from graph.types.scalars import CurrencyCode


@strawberry.federation.type(shareable=True, description="An amount in a currency, exact to the last digit.")
class Money:
    amount: Decimal = strawberry.field(description="The amount, with the decimals of its currency or more.")
    currency_code: CurrencyCode = strawberry.field(description='The currency; "XXX" where it is unknown.')


@strawberry.federation.type(shareable=True, description="An amount without tax, the tax on it, and with tax.")
class TaxedMoney:
    net: Money | None = strawberry.field(description="Without tax.")
    tax: Money | None = strawberry.field(description="The tax itself.")
    gross: Money | None = strawberry.field(description="With tax.")


@strawberry.federation.type(shareable=True, description="A weight.")
class Weight:
    value: Decimal = strawberry.field(description="How much it weighs, in the unit.")
    unit: str | None = strawberry.field(description="The unit; null where the source does not state it.")
