"""Open2b's messages: the request's bytes, and replies to typed records. Pure.

Every number stays the text that was sent, so that no digit is lost and one that cannot be read costs only itself.
Texts and shapes are strict: the vendor guarantees them per version of the API. A key that was not asked for is absent.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, Raw, UnsetType

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.json_text import ABSENT, scalar_text
from resolvers.sources.open2b.envelope import Envelope, Record, open_envelope

OPERATION = "storefront.invoices"


class Prices(Record, frozen=True, gc=False):
    """`prices` of an item."""

    price: Raw = ABSENT
    total_price: Raw = ABSENT
    taxed_price: Raw = ABSENT
    taxed_total_price: Raw = ABSENT


class ItemTax(Record, frozen=True, gc=False):
    """`tax` of an item; the rate is in percent."""

    code: str | None = None
    rate: Raw = ABSENT
    amount: Raw = ABSENT


class Item(Record, frozen=True, gc=False):
    """One of `items`."""

    sku: str | None = None
    name: str | None = None
    quantity: Raw = ABSENT
    prices: Prices | None = None
    tax: ItemTax | None = None
    weight: Raw = ABSENT
    requests: str | None = None


class TaxClass(Record, frozen=True, gc=False):
    """One of `taxes`; the rate is in percent."""

    code: str | None = None
    name: str | None = None
    rate: Raw = ABSENT
    taxable_total: Raw = ABSENT
    amount: Raw = ABSENT


class DiscountRecord(Record, frozen=True, gc=False):
    """One of `discounts`."""

    type: str | None = None
    value: Raw = ABSENT


class Method(Record, frozen=True, gc=False):
    """`shippingMethod` and `paymentMethod`."""

    name: str | None = None
    cost: Raw = ABSENT


class RoundingRecord(Record, frozen=True, gc=False):
    """`rounding`."""

    mode: str | None = None
    rule: str | None = None


class AddressRecord(Record, frozen=True, gc=False):
    """The three addresses; each has a part of these."""

    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    personal_code: str | None = None
    company_name: str | None = None
    company_code: str | None = None
    company_code2: str | None = None
    street1: str | None = None
    street2: str | None = None
    city: str | None = None
    postal_code: str | None = None
    state_prov: str | None = None
    country: str | None = None
    phone_number: str | None = None
    mobile_number: str | None = None
    fax_number: str | None = None
    email: str | None = None


class InvoiceRecord(Record, frozen=True, gc=False):
    """One of `invoices`, its members in the order of the vendor's document."""

    id: Raw = ABSENT
    type: str | UnsetType | None = UNSET
    number: str | None = None
    status: str | None = None
    issue_date: str | None = None
    due_date: str | None = None
    shipping_time: str | None = None
    reference_type: str | None = None
    reference_number: str | None = None
    rounding: RoundingRecord | None = None
    locale: str | None = None
    items: list[Item] | None = None
    prediscount_subtotal: Raw = ABSENT
    taxed_prediscount_subtotal: Raw = ABSENT
    discounts: list[DiscountRecord] | None = None
    discounts_include_taxes: bool | None = None
    subtotal: Raw = ABSENT
    taxed_subtotal: Raw = ABSENT
    shipping_method: Method | None = None
    payment_method: Method | None = None
    taxes: list[TaxClass] | None = None
    tax_amount: Raw = ABSENT
    total: Raw = ABSENT
    taxed_total: Raw = ABSENT
    quantity: Raw = ABSENT
    weight: Raw = ABSENT
    customer_name: str | None = None
    billing_address: AddressRecord | None = None
    shipping_address: AddressRecord | None = None
    seller_address: AddressRecord | None = None
    number_of_packages: Raw = ABSENT
    porto: str | None = None
    goods_appearance: str | None = None
    tracking_number: str | None = None
    transport_reason: str | None = None
    terms: str | None = None


class _Reply(Envelope, frozen=True, gc=False):
    invoices: list[InvoiceRecord] | UnsetType | None = UNSET
    count: Raw = ABSENT


class Invoices(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The records in the vendor's order, and how many meet the conditions in all."""

    records: list[InvoiceRecord]
    count: int | None = None


_REPLY = msgspec.json.Decoder(_Reply)


def invoices_request(
    names: Sequence[str], *, ids: Sequence[int] = (), type_: str | None = None, limit: int | None, first: int
) -> bytes:
    """The body that asks for these members of some invoices; `first` counts from 0."""
    conditions = ({"ids": list(ids)} if ids else {}) | ({"type": type_} if type_ else {})
    body: dict[str, object] = {"conditions": conditions} if conditions else {}
    body |= {"fields": list(names), "first": first}
    return msgspec.json.encode(body if limit is None else body | {"limit": limit})


def parse_invoices(source: str, content: bytes) -> Invoices:
    """The records of a reply. Raises Refused, and SourceProtocolError for anything that is neither."""
    reply = open_envelope(source, content, _REPLY)
    if reply.invoices is UNSET:
        raise SourceProtocolError(source, "neither invoices nor an error")
    count = scalar_text(reply.count) or ""
    return Invoices(
        records=reply.invoices or [],
        count=int(count) if count.isascii() and count.isdigit() else None,
    )
