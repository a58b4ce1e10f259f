"""Which members of Open2b's invoice answer which canonical fields: what to ask for, and all there is. Pure."""

from __future__ import annotations

from functools import lru_cache

from resolvers.model.always import ALWAYS
from resolvers.model.requires import EVERYTHING


def _with_parts(path: str, *parts: str) -> tuple[str, ...]:
    return (path, *(f"{path}.{part}" for part in parts))


_PLACE = ("street1", "street2", "city", "postalCode", "region", "countryCode")
_CONTACT = ("phone", "mobile", "fax", "email")

_OF_ITEMS: dict[str, tuple[str, ...]] = {
    "items.sku": ("lines.sku",),
    "items.name": ("lines.name",),
    "items.quantity": ("lines.quantity",),
    "items.prices.price": ("lines.unitPrice.net",),
    "items.prices.totalPrice": ("lines.total.net", "totals.lines.net"),
    "items.prices.taxedPrice": ("lines.unitPrice.gross",),
    "items.prices.taxedTotalPrice": ("lines.total.gross", "totals.lines.gross"),
    "items.tax.code": ("lines.tax.code",),
    "items.tax.rate": ("lines.tax.rate",),
    "items.tax.amount": ("lines.tax.amount",),
    "items.weight": ("lines.weight",),
    "items.requests": ("lines.note",),
}
"""What an item tells; it is never asked for in part, but of a large answer only what is wanted is read."""

_OF_PARTS = frozenset({"lines.unitPrice", "lines.total", "lines.tax", "totals.lines"})

_CARRIES: dict[str, tuple[str, ...]] = {
    "id": (),
    "type": ("type", "paymentStatus"),
    "number": ("number",),
    "status": ("status", "sourceStatus", "paymentStatus"),
    "issueDate": ("issueDate",),
    "dueDate": ("dueDate",),
    "shippingTime": ("shipDate", *_with_parts("shipment", "shippedAt")),
    "referenceType": _with_parts("reference", "type"),
    "referenceNumber": _with_parts("reference", "number"),
    "rounding": _with_parts("rounding", "mode", "rule"),
    "locale": ("locale",),
    "items": (
        *_with_parts("lines", "position"),
        *_OF_PARTS,
        *(path for paths in _OF_ITEMS.values() for path in paths),
    ),
    "prediscountSubtotal": _with_parts("totals.prediscountSubtotal", "net"),
    "taxedPrediscountSubtotal": _with_parts("totals.prediscountSubtotal", "gross"),
    "discounts": _with_parts("discounts", "type", "value"),
    "discountsIncludeTaxes": ("discountsIncludeTax",),
    "subtotal": _with_parts("totals.subtotal", "net"),
    "taxedSubtotal": _with_parts("totals.subtotal", "gross"),
    "shippingMethod": (*_with_parts("shippingMethod", "name", "cost"), "totals.shipping"),
    "paymentMethod": (*_with_parts("paymentMethod", "name", "cost"), "totals.paymentFee"),
    "taxes": _with_parts("taxes", "code", "name", "rate", "taxableAmount", "amount"),
    "taxAmount": ("totals.tax",),
    "total": _with_parts("totals.total", "net"),
    "taxedTotal": ("total", *_with_parts("totals.total", "gross")),
    "quantity": ("totals.quantity",),
    "weight": ("totals.weight",),
    "customerName": ("customerName",),
    "billingAddress": _with_parts(
        "billingAddress",
        "firstName",
        "lastName",
        "personalCode",
        "companyName",
        "companyCode",
        "companyCode2",
        *_PLACE,
        *_CONTACT,
    ),
    "shippingAddress": _with_parts("shippingAddress", "name", *_PLACE),
    "sellerAddress": _with_parts("sellerAddress", "companyName", "companyCode", "personalCode", *_PLACE, *_CONTACT),
    "numberOfPackages": _with_parts("shipment", "packageCount"),
    "porto": _with_parts("shipment", "freightTerms"),
    "goodsAppearance": _with_parts("shipment", "goodsAppearance"),
    "trackingNumber": _with_parts("shipment", "trackingNumber"),
    "transportReason": _with_parts("shipment", "transportReason"),
    "terms": ("terms",),
}
"""The vendor's names, in its own order, each with the canonical paths that it is read for.

An object made of several members names all of them, so that it is there or not whichever of its parts are wanted.
"""

FIELDS = ALWAYS.union({"totals"}, *_CARRIES.values())
"""All canonical paths that the vendor can fill."""


@lru_cache(maxsize=256)
def wanted_parts(fields: frozenset[str]) -> frozenset[str]:
    """The canonical paths wanted, EVERYTHING spelled out, and so is a part of the lines that is wanted as a whole.

    So is one of which only what the vendor never tells is wanted: it is there, and that in it is null.
    """
    if EVERYTHING in fields:
        return FIELDS
    told = fields & FIELDS
    wholes = {whole for whole in _OF_PARTS & fields if not any(path.startswith(f"{whole}.") for path in told)}
    return fields.union(path for path in FIELDS if path.rpartition(".")[0] in wholes) if wholes else fields


@lru_cache(maxsize=256)
def member_names(fields: frozenset[str]) -> tuple[str, ...]:
    """The members to ask for: always the id, and whatever the canonical paths stand on."""
    wanted = wanted_parts(fields)
    return tuple(name for name, paths in _CARRIES.items() if name == "id" or not wanted.isdisjoint(paths))


@lru_cache(maxsize=256)
def members_to_read(fields: frozenset[str]) -> frozenset[str]:
    """The members that were asked for, and those of the items that are wanted, below `items.`."""
    wanted = wanted_parts(fields)
    of_items = (name for name, paths in _OF_ITEMS.items() if not wanted.isdisjoint(paths))
    return frozenset(member_names(fields)).union(("items.prices", "items.tax"), of_items)
