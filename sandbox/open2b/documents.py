"""Open2b's invoice as its 7.5 storefront API writes it: thirty-six top-level fields, in the document's order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache

from sandbox.books import Customer, Invoice, Line
from sandbox.open2b.amounts import ZERO, Document, cents
from sandbox.samples import sample as vendor_sample

MILL = Decimal("0.001")
SELLER = {
    "companyName": "Sartoria Lombarda S.r.l.",
    "companyCode": "IT07643520963",
    "personalCode": "07643520963",
    "street1": "Via Niccolò Machiavelli 12",
    "street2": "",
    "city": "Milano",
    "postalCode": "20145",
    "stateProv": "MI",
    "country": "IT",
    "phoneNumber": "+39 02 5550100",
    "mobileNumber": "",
    "faxNumber": "",
    "email": "amministrazione@sartoria.example",
}


def _items(document: Document) -> list[dict[str, object]]:
    return [_item(document, line) for line in document.invoice.lines]


def _item(document: Document, line: Line) -> dict[str, object]:
    total, tax = cents(document.line_total(line)), cents(document.line_tax(line))
    return {
        "sku": line.sku,
        "name": line.name,
        "quantity": cents(line.quantity),
        "prices": {
            "price": line.price.quantize(MILL),
            "totalPrice": total,
            "taxedPrice": cents(line.price + line.price * line.tax_rate / 100),
            "taxedTotalPrice": total + tax,
        },
        "tax": {"code": "VAT", "rate": cents(line.tax_rate), "amount": tax} if line.tax_rate else None,
        "weight": line.weight.quantize(MILL),
        "requests": line.note,
    }


def _taxes(document: Document) -> list[dict[str, object]]:
    return [
        {
            "code": "VAT",
            "name": "Generic" if each.rate > 10 else "Books",
            "rate": cents(each.rate),
            "taxableTotal": cents(each.taxable),
            "amount": cents(each.tax),
        }
        for each in document.tax_classes()
    ]


def _discounts(document: Document) -> list[dict[str, object]]:
    percent = document.invoice.discount_percent
    return [] if percent is None else [{"type": "PercentOff", "value": percent.quantize(MILL)}]


def billing_address(customer: Customer) -> dict[str, object]:
    """The customer's own address, empty texts where nothing is known."""
    address = customer.address
    return {
        "firstName": address.first_name,
        "lastName": address.last_name,
        "personalCode": address.personal_code,
        "companyName": address.company_name,
        "companyCode": address.company_code,
        "companyCode2": address.company_code2,
        "street1": address.street1,
        "street2": address.street2,
        "city": address.city,
        "postalCode": address.postal_code,
        "stateProv": address.region,
        "country": address.country,
        "phoneNumber": address.phone,
        "mobileNumber": address.mobile,
        "faxNumber": "",
        "email": address.email,
    }


def shipping_address(customer: Customer) -> dict[str, object]:
    """Where the goods go: the same place, to the person by name."""
    address = customer.address
    return {
        "name": customer.name,
        "street1": address.street1,
        "street2": address.street2,
        "city": address.city,
        "postalCode": address.postal_code,
        "stateProv": address.region,
        "country": address.country,
    }


def _charge(name: str, cost: Decimal) -> dict[str, object] | None:
    return {"name": name, "cost": cost} if name else None


def _weight(document: Document) -> Decimal:
    return sum((line.quantity * line.weight for line in document.invoice.lines), ZERO).quantize(MILL)


def _shipping_only(value: Callable[[Invoice], object]) -> Callable[[Document], object]:
    """A field of shipping invoices, null on every other document."""
    return lambda document: value(document.invoice) if document.is_shipping else None


FIELDS: dict[str, Callable[[Document], object]] = {
    "id": lambda d: int(d.invoice.id),
    "type": lambda d: "".join(word.capitalize() for word in d.invoice.type.split("_")),
    "number": lambda d: d.invoice.number,
    "status": lambda d: d.invoice.status.capitalize(),
    "issueDate": lambda d: d.invoice.issued,
    "dueDate": lambda d: d.invoice.due,
    "shippingTime": _shipping_only(lambda i: f"{i.shipped:%Y-%m-%d %H:%M:%S}" if i.shipped else None),
    "referenceType": lambda d: "Order" if d.invoice.order_number else None,
    "referenceNumber": lambda d: d.invoice.order_number,
    "rounding": lambda d: {"mode": "HalfUp", "rule": d.invoice.rounding},
    "locale": lambda d: d.customer.locale,
    "items": _items,
    "prediscountSubtotal": lambda d: d.invoice.net,
    "taxedPrediscountSubtotal": lambda d: d.taxed(ZERO),
    "discounts": _discounts,
    "discountsIncludeTaxes": lambda d: False,
    "subtotal": lambda d: d.invoice.net - d.invoice.discount,
    "taxedSubtotal": lambda d: d.taxed(d.invoice.discount),
    "shippingMethod": lambda d: _charge(d.invoice.shipping_method, d.invoice.shipping),
    "paymentMethod": lambda d: _charge(d.invoice.payment_method, d.invoice.fee),
    "taxes": _taxes,
    "taxAmount": lambda d: d.invoice.tax,
    "total": lambda d: d.invoice.gross - d.invoice.tax,
    "taxedTotal": lambda d: d.invoice.gross,
    "quantity": lambda d: cents(sum((line.quantity for line in d.invoice.lines), ZERO)),
    "weight": _weight,
    "customerName": lambda d: d.customer.company_name,
    "billingAddress": lambda d: billing_address(d.customer),
    "shippingAddress": lambda d: shipping_address(d.customer) if d.invoice.shipping_method else None,
    "sellerAddress": lambda d: SELLER,
    "numberOfPackages": _shipping_only(lambda i: len(i.lines)),
    "porto": _shipping_only(lambda i: "Franco" if i.shipping else "Assegnato"),
    "goodsAppearance": _shipping_only(lambda i: "Cardboard boxes"),
    "trackingNumber": _shipping_only(lambda i: f"rt-{int(i.id):x}"),
    "transportReason": _shipping_only(lambda i: "Order shipment"),
    "terms": lambda d: "Net, without deduction." if d.invoice.due else "",
}


def record(document: Document, fields: tuple[str, ...]) -> dict[str, object]:
    """The invoice with these fields only, in the document's order."""
    if document.invoice.id == SAMPLE_ID:
        return {name: value for name, value in sample().items() if name in fields}
    return {name: write(document) for name, write in FIELDS.items() if name in fields}


SAMPLE_ID = "662705500"


def printed_sample() -> bytes:
    """The response as the vendor's page prints it, byte for byte: with comments and elisions, so it is not JSON."""
    return vendor_sample("open2b.txt")


@cache
def sample() -> dict[str, object]:
    """The printed invoice as JSON would have it: comments and elisions removed, every value, scale and order kept."""
    text = "\n".join(_without_comments(printed_sample().decode()))
    text = re.sub(r",\s*…", "", text)
    invoice: dict[str, object] = json.loads(text, parse_float=Decimal)["invoices"][0]
    return invoice


def _without_comments(text: str) -> Iterator[str]:
    """Lines cut at `//`, which no string of the sample holds."""
    return (line.partition("//")[0].rstrip() for line in text.splitlines())
