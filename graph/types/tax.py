"""Taxes, on the document and on a line."""

from decimal import Decimal

import strawberry

from graph.types.money import Money


@strawberry.federation.type(shareable=True, description="One tax class of the document (EN 16931 BG-23).")
class Tax:
    code: str | None = strawberry.field(description="The source's code of the tax class.")
    name: str | None = strawberry.field(description="The source's name of the tax class.")
    rate: Decimal | None = strawberry.field(description="The rate in percent, such as 19.00 (BT-119).")
    taxable_amount: Money | None = strawberry.field(description="The amount that is taxed (BT-116).")
    amount: Money | None = strawberry.field(description="The tax (BT-117).")


@strawberry.federation.type(shareable=True, description="The tax on one line.")
class LineTax:
    code: str | None = strawberry.field(description="The source's code of the tax class (BT-151).")
    rate: Decimal | None = strawberry.field(description="The rate in percent, such as 19.00 (BT-152).")
    amount: Money | None = strawberry.field(description="The tax on the line.")
