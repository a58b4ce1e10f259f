"""seansworld's XML, as broken as the vendor prints it: `</line>` closes nothing, and the root is opened twice.

By id, and always the same for one id, six in ten documents are like that; two are well-formed with flat lines, two with
nested ones.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Literal
from xml.sax.saxutils import escape

from sandbox.books import Account, Customer, Invoice, Line

Form = Literal["broken", "flat", "nested"]
_FORMS: tuple[Form, ...] = ("broken",) * 6 + ("flat",) * 2 + ("nested",) * 2
_HOUSE_NUMBER = re.compile(r"(?:(?P<first>\d+\w?)\s+)?(?P<name>.*?)(?:\s+(?P<last>\d+\w?))?")


def form_of(key: str) -> Form:
    """How the document of this id is written."""
    return _FORMS[zlib.crc32(key.encode()) % len(_FORMS)]


def us_date(day: date | None) -> str:
    """MM/DD/YYYY, or nothing."""
    return f"{day.month:02}/{day.day:02}/{day.year:04}" if day else ""


def invoice_document(invoice: Invoice, form: Form) -> str:
    """The whole answer of invoicesAPI."""
    shipped = invoice.shipped.date() if invoice.shipped else None
    before = {"invoiceID": invoice.id, "custID": invoice.account_key}
    after = {
        "orderDate": us_date(invoice.issued),
        "fillDate": us_date(invoice.issued if shipped else None),
        "shipDate": us_date(shipped),
        "shipMethod": invoice.shipping_method,
        "tax": _money(invoice.tax),
        "shipChgs": _money(invoice.shipping),
        "invTotal": _money(invoice.gross),
        "instructions": invoice.instructions,
    }
    after |= {name: text for name, text in invoice.raw.items() if name in after}
    items = (tag for number, line in enumerate(invoice.lines, 1) for tag in _line(number, line, form))
    return _document("invoice-info", (*_tags(before, form), "<items>", *items, "</items>", *_tags(after, form)), form)


def customer_document(account: Account, customer: Customer, form: Form) -> str:
    """The whole answer of custInfoAPI. Its field names are the vendor's; the root's name is a guess."""
    address = customer.address
    house = _HOUSE_NUMBER.fullmatch(address.street1)
    street = house.groupdict(default="") if house else {"first": "", "name": address.street1, "last": ""}
    fields = {
        "custID": account.key,
        "firstName": address.first_name,
        "lastName": address.last_name,
        "streetName": street["name"],
        "streetNum": street["first"] or street["last"],
        "unitNum": address.street2,
        "city": address.city,
        "state": address.region,
        "country": address.country,
        "zip": address.postal_code,
        "terms": "Net 30",
    }
    return _document("cust-info", _tags(fields, form), form)


def _document(root: str, content: Iterator[str] | tuple[str, ...], form: Form) -> str:
    closing = f"<{root}>" if form == "broken" else f"</{root}>"
    return "\n\n".join((f"<{root}>", *content, closing))


def _line(number: int, line: Line, form: Form) -> Iterator[str]:
    yield f'<line num="{number}">' if form == "nested" else f"<line>{number}</line>"
    yield from _tags({"itemID": line.sku, "qty": f"{line.quantity.normalize():f}", "price": _money(line.price)}, form)
    if form != "flat":
        yield "</line>"


def _tags(fields: dict[str, str], form: Form) -> Iterator[str]:
    for name, text in fields.items():
        # The vendor's own form escapes nothing: `&` and `<` stand in it as they were typed.
        yield f"<{name}>{text if form == 'broken' else escape(text)}</{name}>"


def _money(amount: Decimal) -> str:
    usual = f"{amount:.2f}"
    return usual if Decimal(usual) == amount else f"{amount:f}"
