"""What is sent to seansworld: a draft held to the vendor's table, and written as XML that our reader reads. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lxml import etree
from msgspec import UnsetType

from resolvers.model.currency import UNKNOWN_CURRENCY, exponent_of
from resolvers.model.invoice import Invoice
from resolvers.model.money import at_scale, plain
from resolvers.model.writing import DraftLine, DraftMistake, InvoiceDraft, as_draft, merged
from resolvers.sources.seansworld.wire import prose_as_read

_LONGEST_NUMBER = 10
_ITEM = re.compile(r"[0-9]{1,10}")
_NO_XML = re.compile(r"[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BEYOND_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LENGTHS = {"shippingMethod": 64, "instructions": 512}
_SUMMANDS = frozenset({"lines", "tax", "shipping", "total"})
_HALF = Decimal("0.5")
_UNREADABLE = frozenset({"VALUE_UNREADABLE", "DATE_UNPARSEABLE"})
_READ_AS = {
    "order_date": ("orderDate", "orderDate"),
    "fulfilment_date": ("fulfilmentDate", "fulfilmentDate"),
    "ship_date": ("shipDate", "shipDate"),
    "shipping_method": ("shippingMethod", "shippingMethod.name"),
    "tax": ("tax", "totals.tax"),
    "shipping": ("shipping", "shippingMethod.cost"),
    "total": ("total", "total"),
    "instructions": ("instructions", "instructions"),
}
"""By the draft's name: the field's path in the input, and the one at which the mapping notes what it cannot read."""


def mistakes_of(draft: InvoiceDraft, current: Invoice | None, currency: str | None) -> list[DraftMistake]:
    """What breaks the vendor's table, or does not add up; `current` is the invoice that is to be changed."""
    code = currency or UNKNOWN_CURRENCY
    found = [*_broken(draft, code), *(() if current is None else _lost(draft, current))]
    mistakes = [DraftMistake(tuple(path.split(".")), message) for path, message in found]
    if mistakes or not _SUMMANDS & draft.changes.keys():
        return mistakes
    message = _sum_mistake(draft if current is None else merged(draft, current), code)
    return [DraftMistake(("total",), message)] if message else []


def document(draft: InvoiceDraft, account_key: str, invoice_id: str | None = None) -> bytes:
    """The invoice as well-formed XML, in the order of the vendor's sample; without what the draft leaves unset."""
    root = etree.Element("invoice-info")
    if invoice_id is not None:
        _add(root, "invoiceID", invoice_id)
    _add(root, "custID", account_key)
    if isinstance(draft.lines, tuple):
        _add_lines(etree.SubElement(root, "items"), draft.lines)
    for name, text in _scalars(draft):
        _add(root, name, text)
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=False)
    return written


def _broken(draft: InvoiceDraft, code: str) -> Iterator[tuple[str, str]]:
    """Path and message of each value that the vendor's table does not allow."""
    emptied = {"order_date": "orderDate", "lines": "lines", "tax": "tax", "shipping": "shipping", "total": "total"}
    for name, path in emptied.items():
        if getattr(draft, name) is None:
            yield path, "The source cannot leave it empty."
    for path, day in (
        ("orderDate", draft.order_date),
        ("fulfilmentDate", draft.fulfilment_date),
        ("shipDate", draft.ship_date),
    ):
        if isinstance(day, date) and day.year == 1:
            yield path, "The year 1 means that there is no date."
    for path, text in (("shippingMethod", draft.shipping_method), ("instructions", draft.instructions)):
        if isinstance(text, str):
            yield from ((path, message) for message in _text_mistakes(text, _LENGTHS[path]))
    for path, amount in (("tax", draft.tax), ("shipping", draft.shipping), ("total", draft.total)):
        if isinstance(amount, Decimal):
            yield from ((path, message) for message in _amount_mistakes(amount, code))
    if isinstance(draft.lines, tuple):
        yield from _line_mistakes(draft.lines)


def _lost(draft: InvoiceDraft, current: Invoice) -> Iterator[tuple[str, str]]:
    """Path and message of each value that would be gone: the whole invoice is sent, and this cannot be."""
    if not draft.changes:
        return
    message = "What the source has here cannot be read or written, and would be lost with any change: send it, too."
    unreadable = {note.path for note in current.notes if note.code in _UNREADABLE}
    unknown = {note.path for note in current.notes if note.code == "VALUE_UNRECOGNISED"}
    kept = as_draft(current)
    for name, (path, noted) in _READ_AS.items():
        if name not in draft.changes and (noted in unreadable or not _is_writable(getattr(kept, name))):
            yield path, message
    is_lost = "lines" in unknown or (current.lines and kept.lines is None) or not _is_writable(kept.lines)
    if is_lost and "lines" not in draft.changes:
        yield "lines", message
    if None in unknown:
        yield "id", "The source has more here than can be read, and that would be lost: change it there."


def _is_writable(value: object) -> bool:
    """Whether what was read can be sent as it is: numbers fit, and texts hold only what XML can."""
    if isinstance(value, tuple):
        return all(_is_writable(part) for line in value for part in (line.sku, line.quantity, line.unit_price))
    if isinstance(value, Decimal):
        return len(_number(value)) <= _LONGEST_NUMBER
    return not isinstance(value, str) or _BEYOND_XML.search(value) is None


def _line_mistakes(lines: tuple[DraftLine, ...]) -> Iterator[tuple[str, str]]:
    if not lines:
        yield "lines", "An invoice has at least one line."
    for index, line in enumerate(lines):
        if not _ITEM.fullmatch(line.sku):
            yield f"lines.{index}.sku", f"The source numbers its items: write at most {_LONGEST_NUMBER} digits."
        for name, number in (("quantity", line.quantity), ("unitPrice", line.unit_price)):
            yield from ((f"lines.{index}.{name}", message) for message in _number_mistakes(number))


def _number_mistakes(number: Decimal) -> Iterator[str]:
    if (length := len(_number(number))) > _LONGEST_NUMBER:
        yield f"It has {length} characters; at most {_LONGEST_NUMBER} fit."


def _amount_mistakes(amount: Decimal, code: str) -> Iterator[str]:
    yield from _number_mistakes(amount)
    if at_scale(amount, code) is None:
        yield "It has more decimals than its currency."


def _text_mistakes(text: str, longest: int) -> Iterator[str]:
    if len(text) > longest:
        yield f"It has {len(text)} characters; at most {longest} fit."
    if _NO_XML.search(text):
        yield "It holds a control character; remove it."
    elif prose_as_read(text) != text:
        yield "The source would give it back as markup: write it without references such as &amp; and without its tags."


def _sum_mistake(whole: InvoiceDraft, code: str) -> str | None:
    """What is wrong with the total of the whole invoice; None where lines, tax and shipping make it.

    To the last digit; a line that has more decimals than the currency may be rounded either way.
    """
    lines, tax, shipping, total = whole.lines, whole.tax, whole.shipping, whole.total
    if not (isinstance(lines, tuple) and isinstance(tax, Decimal) and isinstance(shipping, Decimal)):
        return "The source does not tell all of lines, tax and shipping: send them too."
    if not isinstance(total, Decimal):
        return "The source does not tell the total: send it too."
    products = [line.quantity * line.unit_price for line in lines]
    due = sum(products, tax + shipping)
    odd = sum(1 for product in products if at_scale(product, code) is None)
    if abs(due - total) <= odd * _HALF.scaleb(-exponent_of(code)):
        return None
    scaled = at_scale(due, code)
    return f"Lines, tax and shipping make {plain(due) if scaled is None else scaled}, not {_number(total)}."


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = text


def _add_lines(items: etree._Element, lines: tuple[DraftLine, ...]) -> None:
    """Flat, as the vendor prints them: a line's values follow its number."""
    for number, line in enumerate(lines, start=1):
        _add(items, "line", str(number))
        _add(items, "itemID", line.sku)
        _add(items, "qty", _number(line.quantity))
        _add(items, "price", _number(line.unit_price))


def _scalars(draft: InvoiceDraft) -> Iterator[tuple[str, str]]:
    """The vendor's names and texts of what is set besides the lines; empty for what is to be emptied."""
    days = (draft.order_date, draft.fulfilment_date, draft.ship_date)
    for name, day in zip(("orderDate", "fillDate", "shipDate"), days, strict=True):
        if not isinstance(day, UnsetType):
            yield name, f"{day.month:02}/{day.day:02}/{day.year:04}" if day else ""
    yield from _set("shipMethod", draft.shipping_method)
    for name, amount in (("tax", draft.tax), ("shipChgs", draft.shipping), ("invTotal", draft.total)):
        if isinstance(amount, Decimal):
            yield name, _number(amount)
    yield from _set("instructions", draft.instructions)


def _set(name: str, text: str | UnsetType | None) -> Iterator[tuple[str, str]]:
    if not isinstance(text, UnsetType):
        yield name, text or ""


def _number(number: Decimal) -> str:
    """All digits, no exponent; without zeros behind the point where they make it too long."""
    text = format(number, "f")
    return text if len(text) <= _LONGEST_NUMBER else plain(number)
