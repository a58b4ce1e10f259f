"""A line of an invoice."""

from decimal import Decimal

import strawberry

from graph.types.money import TaxedMoney, Weight
from graph.types.tax import LineTax


@strawberry.federation.type(shareable=True, description="One line of an invoice (EN 16931 BG-25).")
class InvoiceLine:
    position: int = strawberry.field(description="Its place on the document: the source's own, or counted from 1.")
    sku: str | None = strawberry.field(description="The seller's number of the item (BT-155).")
    name: str | None = strawberry.field(description="What was sold (BT-153).")
    quantity: Decimal | None = strawberry.field(description="How many or how much (BT-129).")
    unit_price: TaxedMoney | None = strawberry.field(description="The price of one (BT-146).")
    total: TaxedMoney | None = strawberry.field(description="The line's total (BT-131).")
    tax: LineTax | None = strawberry.field(description="The tax on the line.")
    weight: Weight | None = strawberry.field(description="The weight of one.")
    note: str | None = strawberry.field(description="What the customer asked for with it.")
