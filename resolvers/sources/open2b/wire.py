"""Open2b's messages: the request's bytes, and replies to typed records. Pure.

Numbers stay as they were sent, and one that cannot be read costs only itself. Texts and shapes are strict: the
vendor guarantees them per version of the API. What is not wanted is neither read nor has room in a record.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias, cast, get_type_hints

import msgspec
from msgspec import UNSET, UnsetType, defstruct

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.counts import read_count
from resolvers.sources.json_text import ABSENT, scalar_text
from resolvers.sources.open2b.envelope import Envelope, Record, open_envelope

OPERATION = "storefront.invoices"

Number: TypeAlias = msgspec.Raw
"""What stands in a number's place, as it was sent; empty for an absent key."""


class Prices(Record, frozen=True, gc=False):
    """`prices` of an item."""

    price: Number = ABSENT
    total_price: Number = ABSENT
    taxed_price: Number = ABSENT
    taxed_total_price: Number = ABSENT


class ItemTax(Record, frozen=True, gc=False):
    """`tax` of an item; the rate is in percent."""

    code: str | None = None
    rate: Number = ABSENT
    amount: Number = ABSENT


class Item(Record, frozen=True, gc=False):
    """One of `items`."""

    sku: str | None = None
    name: str | None = None
    quantity: Number = ABSENT
    prices: Prices | None = None
    tax: ItemTax | None = None
    weight: Number = ABSENT
    requests: str | None = None


class TaxClass(Record, frozen=True, gc=False):
    """One of `taxes`; the rate is in percent."""

    code: str | None = None
    name: str | None = None
    rate: Number = ABSENT
    taxable_total: Number = ABSENT
    amount: Number = ABSENT


class DiscountRecord(Record, frozen=True, gc=False):
    """One of `discounts`."""

    type: str | None = None
    value: Number = ABSENT


class Method(Record, frozen=True, gc=False):
    """`shippingMethod` and `paymentMethod`."""

    name: str | None = None
    cost: Number = ABSENT


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

    id: Number = ABSENT
    type: str | None = None
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
    prediscount_subtotal: Number = ABSENT
    taxed_prediscount_subtotal: Number = ABSENT
    discounts: list[DiscountRecord] | None = None
    discounts_include_taxes: bool | None = None
    subtotal: Number = ABSENT
    taxed_subtotal: Number = ABSENT
    shipping_method: Method | None = None
    payment_method: Method | None = None
    taxes: list[TaxClass] | None = None
    tax_amount: Number = ABSENT
    total: Number = ABSENT
    taxed_total: Number = ABSENT
    quantity: Number = ABSENT
    weight: Number = ABSENT
    customer_name: str | None = None
    billing_address: AddressRecord | None = None
    shipping_address: AddressRecord | None = None
    seller_address: AddressRecord | None = None
    number_of_packages: Number = ABSENT
    porto: str | None = None
    goods_appearance: str | None = None
    tracking_number: str | None = None
    transport_reason: str | None = None
    terms: str | None = None


class Invoices(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The records in the vendor's order, and how many meet the conditions in all."""

    records: list[InvoiceRecord]
    count: int | None = None


class _Reply(Envelope, frozen=True, gc=False):
    """The envelope of the invoices, whose type depends on what is wanted of them."""

    invoices: list[InvoiceRecord] | UnsetType | None = UNSET
    count: Number = ABSENT


def invoices_request(
    names: Sequence[str], *, ids: Sequence[int] = (), type_: str | None = None, limit: int | None, first: int
) -> bytes:
    """The body that asks for these members of some invoices; `first` counts from 0."""
    conditions = ({"ids": list(ids)} if ids else {}) | ({"type": type_} if type_ else {})
    body: dict[str, object] = {"conditions": conditions} if conditions else {}
    body |= {"fields": list(names), "first": first}
    return msgspec.json.encode(body if limit is None else body | {"limit": limit})


def parse_invoices(source: str, content: bytes, members: frozenset[str]) -> Invoices:
    """The records of a reply, with these members and no other: the vendor's names, of an item below `items.`.

    Raises Refused, and SourceProtocolError for anything that is neither.
    """
    reply = open_envelope(source, content, _decoder(members))
    if reply.invoices is UNSET:
        raise SourceProtocolError(source, "neither invoices nor an error")
    return Invoices(records=reply.invoices or [], count=read_count(scalar_text(reply.count)))


@lru_cache(maxsize=256)
def _decoder(members: frozenset[str]) -> msgspec.json.Decoder[_Reply]:
    item = _slim(
        Item,
        _below("items", members),
        prices=_slim(Prices, _below("items.prices", members)) | None,
        tax=_slim(ItemTax, _below("items.tax", members)) | None,
    )
    invoice = _slim(InvoiceRecord, members, items=list[item] | None)  # type: ignore[valid-type]  # made just now
    reply = defstruct("Reply", [("invoices", list[invoice] | UnsetType | None, UNSET)], bases=(_Reply,), gc=False)  # type: ignore[valid-type]  # likewise
    return msgspec.json.Decoder(reply)


def _below(name: str, members: frozenset[str]) -> frozenset[str]:
    """The members of a member, each by the first part of its own name."""
    start = f"{name}."
    return frozenset(one.removeprefix(start).partition(".")[0] for one in members if one.startswith(start))


def _slim(record: type[Record], members: frozenset[str], **types: object) -> type[Record]:
    """The record with just these members, of other types where named; every other one is its default for good."""
    hints = get_type_hints(record) | types
    names, defaults = record.__struct_fields__, record.__struct_defaults__
    told = dict(zip(names, zip(record.__struct_encode_fields__, defaults, strict=True), strict=True))
    kept = [(name, hints[name], default) for name, (word, default) in told.items() if word in members]
    absent = {name: default for name, (word, default) in told.items() if word not in members}
    slim = defstruct(record.__name__, kept, bases=(Record,), namespace=absent, frozen=True, gc=False)
    return cast("type[Record]", slim)
