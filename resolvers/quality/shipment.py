"""Whether a document tells of a shipment that its kind does not have."""

from __future__ import annotations

from collections.abc import Iterator

from resolvers.model.invoice import Invoice, InvoiceType, Note, Shipment

_MAY_SHIP = frozenset({InvoiceType.SHIPPING_INVOICE, InvoiceType.UNKNOWN})


def shipment_out_of_context(invoice: Invoice) -> Iterator[Note]:
    """FIELD_OUT_OF_CONTEXT where a document that is no shipping invoice says how the goods travelled.

    The method is none of these fields: any invoice may name it, as a vendor's sample does that must not warn of it.
    """
    shipment = invoice.shipment
    if shipment is not None and invoice.type not in _MAY_SHIP and shipment != Shipment(method=shipment.method):
        yield Note("FIELD_OUT_OF_CONTEXT", "shipment")
