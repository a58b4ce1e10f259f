"""The canonical invoice (EN 16931 in the words of shared practice): every source's record becomes one of these.

None means that the source did not say it; an empty list that it said there are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from resolvers.model.address import Address
from resolvers.model.identity import invoice_id
from resolvers.model.money import Money, TaxedMoney


class InvoiceType(StrEnum):
    """What kind of document it is."""

    INVOICE = "INVOICE"
    PROFORMA = "PROFORMA"
    SHIPPING_INVOICE = "SHIPPING_INVOICE"
    CREDIT_NOTE = "CREDIT_NOTE"
    UNKNOWN = "UNKNOWN"


class InvoiceStatus(StrEnum):
    """Where the document is in its life."""

    DRAFT = "DRAFT"
    OPEN = "OPEN"
    SENT = "SENT"
    DISPUTED = "DISPUTED"
    CLOSED = "CLOSED"
    ARCHIVED = "ARCHIVED"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"


class PaymentStatus(StrEnum):
    """How far the document is paid."""

    UNPAID = "UNPAID"
    PARTIALLY_PAID = "PARTIALLY_PAID"
    PAID = "PAID"
    OVERPAID = "OVERPAID"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    UNKNOWN = "UNKNOWN"


class ValueOrigin(StrEnum):
    """Who says a value."""

    SOURCE = "SOURCE"
    CONFIGURED = "CONFIGURED"
    DERIVED = "DERIVED"
    UNKNOWN = "UNKNOWN"


class DiscountType(StrEnum):
    """What a discount's value counts."""

    PERCENT = "PERCENT"
    AMOUNT = "AMOUNT"
    OTHER = "OTHER"


class FreightTerms(StrEnum):
    """Who pays the freight."""

    PREPAID = "PREPAID"
    COLLECT = "COLLECT"
    OTHER = "OTHER"


class DocumentType(StrEnum):
    """What kind of document a reference points to."""

    ORDER = "ORDER"
    QUOTE = "QUOTE"
    INVOICE = "INVOICE"
    SHIPPING_INVOICE = "SHIPPING_INVOICE"
    PROFORMA = "PROFORMA"
    CREDIT_NOTE = "CREDIT_NOTE"
    RECEIPT = "RECEIPT"
    PACKING_SLIP = "PACKING_SLIP"
    OTHER = "OTHER"


class RoundingMode(StrEnum):
    """How amounts are rounded."""

    DOWN = "DOWN"
    HALF_DOWN = "HALF_DOWN"
    HALF_EVEN = "HALF_EVEN"
    HALF_UP = "HALF_UP"
    OTHER = "OTHER"


class RoundingRule(StrEnum):
    """What is rounded."""

    PER_ITEM = "PER_ITEM"
    PER_LINE = "PER_LINE"
    TOTAL = "TOTAL"
    OTHER = "OTHER"


class CacheStatus(StrEnum):
    """Whether an answer came from the source just now, from the cache, or stood in while the source was down."""

    FRESH = "FRESH"
    HIT = "HIT"
    STALE = "STALE"


class Weight(msgspec.Struct, frozen=True, gc=False):
    """A weight; the unit is None where the source does not state it."""

    value: Decimal
    unit: str | None = None


class LineTax(msgspec.Struct, frozen=True, gc=False):
    """The tax on one line; the rate is in percent."""

    code: str | None = None
    rate: Decimal | None = None
    amount: Money | None = None


class InvoiceLine(msgspec.Struct, frozen=True, gc=False):
    """One line (BG-25); `position` is the source's own, or counts from 1."""

    position: int
    sku: str | None = None
    name: str | None = None
    quantity: Decimal | None = None
    unit_price: TaxedMoney | None = None
    total: TaxedMoney | None = None
    tax: LineTax | None = None
    weight: Weight | None = None
    note: str | None = None


class Tax(msgspec.Struct, frozen=True, gc=False):
    """One tax class (BG-23); the rate is in percent."""

    code: str | None = None
    name: str | None = None
    rate: Decimal | None = None
    taxable_amount: Money | None = None
    amount: Money | None = None


class Discount(msgspec.Struct, frozen=True, gc=False):
    """A discount on the document: percent, or an amount in the invoice's currency."""

    type: DiscountType
    value: Decimal


class ServiceCharge(msgspec.Struct, frozen=True, gc=False):
    """Shipping or payment by name, with what it costs."""

    name: str | None = None
    cost: Money | None = None


class Shipment(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How the goods travelled; `shipped_at` is in UTC."""

    method: str | None = None
    shipped_at: datetime | None = None
    tracking_number: str | None = None
    package_count: int | None = None
    freight_terms: FreightTerms | None = None
    goods_appearance: str | None = None
    transport_reason: str | None = None


class DocumentReference(msgspec.Struct, frozen=True, gc=False):
    """Another document that this one stands on."""

    type: DocumentType
    number: str | None = None


class Rounding(msgspec.Struct, frozen=True, gc=False):
    """How the source says that it rounds."""

    mode: RoundingMode | None = None
    rule: RoundingRule | None = None


class InvoiceTotals(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The document's sums, as the source states them; `lines` is derived.

    Where `tells_charges` is false, a charge or a discount that is None here is unknown, and else there is none.
    """

    lines: TaxedMoney | None = None
    prediscount_subtotal: TaxedMoney | None = None
    subtotal: TaxedMoney | None = None
    discount: Money | None = None
    shipping: Money | None = None
    payment_fee: Money | None = None
    tax: Money | None = None
    total: TaxedMoney | None = None
    quantity: Decimal | None = None
    weight: Weight | None = None
    tells_charges: bool = True


class Note(msgspec.Struct, frozen=True, gc=False):
    """What was odd about a value as it was read; `code` names a DataWarningCode, `path` a field (None: all of it)."""

    code: str
    path: str | None = None
    expected: str | None = None
    actual: str | None = None


class Provenance(msgspec.Struct, frozen=True, gc=False):
    """Where an invoice came from: configured source, upstream operation, when, and which fields were derived.

    `failed_fields` are those of the invoice's own that a call would have told which failed.
    """

    source: str
    operation: str
    fetched_at: datetime
    cache_status: CacheStatus = CacheStatus.FRESH
    derived_fields: list[str] = []  # msgspec copies defaults
    failed_fields: list[str] = []


class Invoice(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One document of one account. `source`, `account_key` and `source_invoice_id` together are its identity.

    `document_url` is the invoice's own id where the source can hand out its document: the graph makes a link of ours
    of it. The vendor's link is never in here.
    """

    source: str
    account_key: str
    account_id: str
    source_invoice_id: str
    number: str | None = None
    type: InvoiceType = InvoiceType.UNKNOWN
    status: InvoiceStatus = InvoiceStatus.UNKNOWN
    source_status: str | None = None
    payment_status: PaymentStatus = PaymentStatus.UNKNOWN

    issue_date: date | None = None
    due_date: date | None = None
    order_date: date | None = None
    fulfilment_date: date | None = None
    ship_date: date | None = None

    currency_code: str = "XXX"
    currency_origin: ValueOrigin = ValueOrigin.UNKNOWN
    total: Money | None = None
    amount_paid: Money | None = None
    amount_due: Money | None = None
    totals: InvoiceTotals | None = None

    lines: Sequence[InvoiceLine] | None = None
    taxes: list[Tax] | None = None
    discounts: list[Discount] | None = None
    discounts_include_tax: bool | None = None
    shipping_method: ServiceCharge | None = None
    payment_method: ServiceCharge | None = None
    shipment: Shipment | None = None

    customer_name: str | None = None
    customer_number: str | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    seller_address: Address | None = None

    reference: DocumentReference | None = None
    membership_code: str | None = None
    document_url: str | None = None
    terms: str | None = None
    instructions: str | None = None
    locale: str | None = None
    rounding: Rounding | None = None

    provenance: Provenance
    notes: list[Note] = []  # msgspec copies defaults

    @property
    def id(self) -> str:
        """Its identity in one text, written when it is asked for: few lists are asked for it."""
        return invoice_id(self.source, self.account_key, self.source_invoice_id)
