"""Which members of Open2b's invoice answer which canonical fields: what to ask for, and all there is. Pure."""

from __future__ import annotations

from resolvers.model.always import ALWAYS
from resolvers.model.requires import EVERYTHING


def _with_parts(path: str, *parts: str) -> tuple[str, ...]:
    return (path, *(f"{path}.{part}" for part in parts))


_PLACE = ("street1", "street2", "city", "postalCode", "region", "countryCode")
_CONTACT = ("phone", "mobile", "fax", "email")

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
        *_with_parts("lines", "position", "sku", "name", "quantity", "weight", "note"),
        *_with_parts("lines.unitPrice", "net", "gross"),
        *_with_parts("lines.total", "net", "gross"),
        *_with_parts("lines.tax", "code", "rate", "amount"),
        *_with_parts("totals.lines", "net", "gross"),
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


def wanted_parts(fields: frozenset[str]) -> frozenset[str]:
    """The canonical paths wanted, EVERYTHING spelled out."""
    return FIELDS if EVERYTHING in fields else fields


def member_names(fields: frozenset[str]) -> tuple[str, ...]:
    """The members to ask for: always the id, and whatever the canonical paths stand on."""
    wanted = wanted_parts(fields)
    return tuple(name for name, paths in _CARRIES.items() if name == "id" or not wanted.isdisjoint(paths))
