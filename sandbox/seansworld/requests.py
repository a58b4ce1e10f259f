"""What a caller of seansworld writes: fields and items, in a form or as well-formed XML, held to the vendor's table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from urllib.parse import parse_qsl

from lxml import etree

from sandbox.books import Invoice, Line

NUMBERS = ("invoiceID", "custID", "itemID", "qty", "price", "tax", "shipChgs", "invTotal")
LENGTHS = {
    **dict.fromkeys((*NUMBERS, "orderDate", "fillDate", "shipDate"), 10),
    "shipMethod": 64,
    "instructions": 512,
}
_NAMES = {name.lower(): name for name in LENGTHS} | {"xustomerid": "custID"}  # the parameter table's own spelling
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_DATE = re.compile(r"(\d\d)/(\d\d)/(\d{4})")


class Unusable(Exception):
    """What was sent cannot be stored; the message says why."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Fields by the vendor's names, and items where there were any."""

    fields: Mapping[str, str]
    items: tuple[Mapping[str, str], ...]

    def text(self, name: str) -> str:
        """A field's text; Unusable without it."""
        if not self.fields.get(name):
            raise Unusable(f"{name} is required")
        return self.fields[name]


def parse_draft(body: bytes, content_type: str, query: str) -> Draft:
    """What the caller wrote, in the URL, in a form or as XML. Raises Unusable."""
    pairs = parse_qsl(query, keep_blank_values=True)
    if "xml" in content_type:
        pairs += _pairs(body)
    else:
        pairs += parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    fields: dict[str, str] = {}
    items: list[dict[str, str]] = []
    for spelling, text in pairs:
        name = _NAMES.get(spelling.lower())
        if name is None:
            continue
        _check(name, text)
        if name == "itemID":
            items.append({})
        if name in ("itemID", "qty", "price"):
            if not items:
                raise Unusable(f"{name} before any itemID")
            items[-1][name] = text
        else:
            fields[name] = text
    return Draft(fields, tuple(items))


def filled(invoice: Invoice, draft: Draft) -> Invoice:
    """The blank invoice with what was written."""
    fields = draft.fields
    lines = tuple(map(_line, draft.items))
    net = sum((line.quantity * line.price for line in lines), Decimal(0))
    tax = _amount(fields.get("tax"), invoice.tax)
    shipping = _amount(fields.get("shipChgs"), invoice.shipping)
    gross = _amount(fields.get("invTotal"), invoice.gross)
    shipped = _day(fields.get("shipDate", ""))
    return replace(
        invoice,
        lines=lines,
        net=net,
        tax=tax,
        shipping=shipping,
        gross=gross,
        discount=net + tax + shipping - gross,
        issued=_day(fields["orderDate"]) if "orderDate" in fields else invoice.issued,
        shipped=datetime.combine(shipped, time()) if shipped else None,
        shipping_method=fields.get("shipMethod", invoice.shipping_method),
        instructions=fields.get("instructions", invoice.instructions),
        raw={"fillDate": fields.get("fillDate", "")},
    )


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise Unusable("not well-formed") from error
    return [(str(element.tag), (element.text or "").strip()) for element in root.iter("*") if not len(element)]


def _check(name: str, text: str) -> None:
    if len(text) > LENGTHS[name]:
        raise Unusable(f"{name} is longer than {LENGTHS[name]}")
    if name in NUMBERS and text and not _NUMBER.fullmatch(text):
        raise Unusable(f"{name} is not a number")
    if name.endswith("Date"):
        _day(text)


def _line(item: Mapping[str, str]) -> Line:
    if not item.get("qty") or not item.get("price"):
        raise Unusable("an item needs itemID, qty and price")
    return Line(item["itemID"], "", Decimal(item["qty"]), Decimal(item["price"]), Decimal(0))


def _amount(text: str | None, unchanged: Decimal) -> Decimal:
    return Decimal(text) if text else unchanged


def _day(text: str) -> date | None:
    if not text:
        return None
    match = _DATE.fullmatch(text)
    try:
        return date(int(match[3]), int(match[1]), int(match[2])) if match else _unusable(text)
    except ValueError:
        return _unusable(text)


def _unusable(text: str) -> date:
    raise Unusable(f"{text} is not MM/DD/YYYY")
