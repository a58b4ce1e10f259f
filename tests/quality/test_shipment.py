"""Shipments, and the documents that have them."""

from __future__ import annotations

from typing import Any

import pytest

from resolvers.model.invoice import FreightTerms, InvoiceType, Shipment
from tests.quality.invoices import codes, invoice, told
from tests.sources.upstream import NOON

PARTS: list[dict[str, Any]] = [
    {"shipped_at": NOON},
    {"tracking_number": "rt-5pl7f-fg"},
    {"package_count": 0},
    {"freight_terms": FreightTerms.PREPAID},
    {"goods_appearance": "Five cardboard boxes"},
    {"transport_reason": "Order shipment"},
]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("of_type", [InvoiceType.INVOICE, InvoiceType.PROFORMA, InvoiceType.CREDIT_NOTE])
def test_a_document_that_ships_nothing_and_tells_how_is_a_warning(of_type: InvoiceType, part: dict[str, Any]) -> None:
    assert told(invoice(type=of_type, shipment=Shipment(**part))) == [("FIELD_OUT_OF_CONTEXT", "shipment", None, None)]


@pytest.mark.parametrize("of_type", [InvoiceType.SHIPPING_INVOICE, InvoiceType.UNKNOWN])
def test_a_document_that_ships_or_may_is_none(of_type: InvoiceType) -> None:
    assert codes(invoice(type=of_type, shipment=Shipment(tracking_number="rt-5pl7f-fg"))) == []


def test_any_document_may_name_the_method() -> None:
    assert codes(invoice(type=InvoiceType.INVOICE, shipment=Shipment(method="UPS"))) == []
    assert codes(invoice(type=InvoiceType.INVOICE, shipment=None)) == []
