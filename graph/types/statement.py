"""What an invoice states about itself as a whole: sums, discounts, charges, shipment, references."""

from datetime import datetime
from decimal import Decimal

import strawberry

from graph.types.money import Money, TaxedMoney, Weight
from resolvers.model import invoice as model


@strawberry.federation.type(shareable=True, description="The document's sums, as the source states them.")
class InvoiceTotals:
    lines: TaxedMoney | None = strawberry.field(description="The sum of the lines, derived (BT-106).")
    prediscount_subtotal: TaxedMoney | None = strawberry.field(description="The subtotal before discounts.")
    subtotal: TaxedMoney | None = strawberry.field(description="The subtotal after discounts.")
    discount: Money | None = strawberry.field(description="The discount in all.")
    shipping: Money | None = strawberry.field(description="What shipping costs (BT-99).")
    payment_fee: Money | None = strawberry.field(description="What the way of paying costs (BT-99).")
    tax: Money | None = strawberry.field(description="The tax in all (BT-110).")
    total: TaxedMoney | None = strawberry.field(description="The total (BT-109, BT-112).")
    quantity: Decimal | None = strawberry.field(description="How many items in all.")
    weight: Weight | None = strawberry.field(description="The weight of all items.")


@strawberry.federation.type(shareable=True, description="A discount on the whole document.")
class Discount:
    type: model.DiscountType = strawberry.field(description="What the value counts.")
    value: Decimal = strawberry.field(description="In percent, or an amount in the invoice's currency.")


@strawberry.federation.type(shareable=True, description="Shipping or payment, with what it costs.")
class ServiceCharge:
    name: str | None = strawberry.field(description="Its name, such as a carrier's.")
    cost: Money | None = strawberry.field(description="What it costs, without tax.")


@strawberry.federation.type(shareable=True, description="How the goods travelled.")
class Shipment:
    method: str | None = strawberry.field(description="The way of shipping or the carrier.")
    shipped_at: datetime | None = strawberry.field(description="When they left, in UTC.")
    tracking_number: str | None = strawberry.field(description="The carrier's number for following them.")
    package_count: int | None = strawberry.field(description="How many packages.")
    freight_terms: model.FreightTerms | None = strawberry.field(description="Who pays the freight.")
    goods_appearance: str | None = strawberry.field(description="What the packages look like.")
    transport_reason: str | None = strawberry.field(description="Why the goods travel.")


@strawberry.federation.type(shareable=True, description="Another document that this one stands on.")
class DocumentReference:
    type: model.DocumentType = strawberry.field(description="What kind of document it is.")
    number: str | None = strawberry.field(description="Its number (BT-13 for an order).")


@strawberry.federation.type(shareable=True, description="How the source says that it rounds.")
class Rounding:
    mode: model.RoundingMode | None = strawberry.field(description="In which direction.")
    rule: model.RoundingRule | None = strawberry.field(description="Which amounts.")
