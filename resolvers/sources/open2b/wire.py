"""Open2b's messages: the request's bytes, and replies to typed records. Pure.

Every number stays the text that was sent, so that no digit is lost and one that cannot be read costs only itself.
Texts and shapes are strict: the vendor guarantees them per version of the API. A key that was not asked for is absent.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, Raw, UnsetType

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.json_text import ABSENT, decode_exact, scalar_text

OPERATION = "storefront.invoices"


class _Record(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel"):
    """Names as the vendor writes them; None for null and for an absent key."""


class Prices(_Record, frozen=True, gc=False):
    """`prices` of an item."""

    price: Raw = ABSENT
    total_price: Raw = ABSENT
    taxed_price: Raw = ABSENT
    taxed_total_price: Raw = ABSENT


class ItemTax(_Record, frozen=True, gc=False):
    """`tax` of an item; the rate is in percent."""

    code: str | None = None
    rate: Raw = ABSENT
    amount: Raw = ABSENT


class Item(_Record, frozen=True, gc=False):
    """One of `items`."""

    sku: str | None = None
    name: str | None = None
    quantity: Raw = ABSENT
    prices: Prices | None = None
    tax: ItemTax | None = None
    weight: Raw = ABSENT
    requests: str | None = None


class TaxClass(_Record, frozen=True, gc=False):
    """One of `taxes`; the rate is in percent."""

    code: str | None = None
    name: str | None = None
    rate: Raw = ABSENT
    taxable_total: Raw = ABSENT
    amount: Raw = ABSENT


class DiscountRecord(_Record, frozen=True, gc=False):
    """One of `discounts`."""

    type: str | None = None
    value: Raw = ABSENT


class Method(_Record, frozen=True, gc=False):
    """`shippingMethod` and `paymentMethod`."""

    name: str | None = None
    cost: Raw = ABSENT


class RoundingRecord(_Record, frozen=True, gc=False):
    """`rounding`."""

    mode: str | None = None
    rule: str | None = None


class AddressRecord(_Record, frozen=True, gc=False):
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


class InvoiceRecord(_Record, frozen=True, gc=False):
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


class Refusal(_Record, frozen=True, gc=False):
    """`error`: which kind, about which field, in the vendor's words; for the log alone."""

    field: str | None = None
    type: str | None = None
    description: str | None = None


class _Envelope(_Record, frozen=True, gc=False):
    status: str
    error: Refusal | None = None
    invoices: list[InvoiceRecord] | UnsetType | None = UNSET
    count: Raw = ABSENT


class Invoices(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The records in the vendor's order and how many meet the conditions in all, or why there are none."""

    records: list[InvoiceRecord]
    count: int | None = None
    refusal: Refusal | None = None


_ENVELOPE = msgspec.json.Decoder(_Envelope)


def invoices_request(
    names: Sequence[str], *, ids: Sequence[int] = (), type_: str | None = None, limit: int | None, first: int
) -> bytes:
    """The body that asks for these members of some invoices; `first` counts from 0."""
    conditions = ({"ids": list(ids)} if ids else {}) | ({"type": type_} if type_ else {})
    body: dict[str, object] = {"conditions": conditions} if conditions else {}
    body |= {"fields": list(names), "first": first}
    return msgspec.json.encode(body if limit is None else body | {"limit": limit})


def parse_invoices(source: str, content: bytes) -> Invoices:
    """The records of a reply, or its refusal. Raises SourceProtocolError for anything that is neither."""
    envelope = decode_exact(source, content, _ENVELOPE)
    if envelope.status == "error":
        return Invoices(records=[], refusal=envelope.error or Refusal())
    if envelope.status != "ok" or envelope.invoices is UNSET:
        raise SourceProtocolError(source, "neither invoices nor an error")
    count = scalar_text(envelope.count) or ""
    return Invoices(
        records=envelope.invoices or [],
        count=int(count) if count.isascii() and count.isdigit() else None,
    )
