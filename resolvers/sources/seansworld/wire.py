"""seansworld's almost-XML to a record, with proof that nothing was lost, or not at all. Pure.

The vendor writes lines as a flat sequence with a closing tag too many and leaves the root open. All of the text must be
accounted for: what cannot be is an error, never a smaller invoice.
"""

from __future__ import annotations

import msgspec

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.seansworld.items import LINE, VALUES, LineRecord, read_items
from resolvers.sources.seansworld.markup import Kind, Token, decode_document, tokenize
from resolvers.sources.seansworld.scanner import Scanner

_ROOT = "invoice-info"
_ITEMS = "items"
_SCALARS = {
    "invoiceid": "invoice_id",
    "custid": "customer_id",
    "xustomerid": "customer_id",
    "customerid": "customer_id",
    "orderdate": "order_date",
    "filldate": "fill_date",
    "shipdate": "ship_date",
    "shipmethod": "ship_method",
    "tax": "tax",
    "shipchgs": "shipping_charges",
    "invtotal": "total",
    "instructions": "instructions",
}
"""The vendor's elements in lower case; its page calls the customer's `xustomerID`, which must mean `customerID`."""

_ANY_PROSE = "instructions"
_PROSE = frozenset({"shipmethod", _ANY_PROSE})
_KNOWN = VALUES | {_ROOT, _ITEMS, LINE} | _SCALARS.keys()
_ALL = frozenset(_SCALARS.values())
_ESSENTIAL = ("invoice_id", "customer_id", "total")


class InvoiceRecord(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One document, every value as it was written; None where its element is absent.

    `is_repaired`: it was not well-formed, and all of its text was accounted for nevertheless. `has_unknown`: there are
    elements that the vendor's page does not name; `has_unknown_lines`: in the items, and nowhere before.
    """

    invoice_id: str
    customer_id: str
    lines: list[LineRecord]
    order_date: str | None = None
    fill_date: str | None = None
    ship_date: str | None = None
    ship_method: str | None = None
    tax: str | None = None
    shipping_charges: str | None = None
    total: str
    instructions: str | None = None
    is_repaired: bool = False
    has_unknown: bool = False
    has_unknown_lines: bool = False


def parse_invoice(source: str, content: bytes) -> InvoiceRecord | None:
    """The document's invoice; None where it is empty, or its root is.

    Raises SourceProtocolError where it is something else, was cut short, or is damaged beyond proof.
    """
    document = decode_document(source, content)
    if not document.value.strip():
        return None
    scanner = Scanner(source, tokenize(source, document.value), _KNOWN)
    scanner.is_repaired = document.is_repaired
    return _Document(scanner).read()


def prose_as_read(typed: str) -> str | None:
    """What is read of a text that stands in a document as it was typed, nothing escaped; None where it breaks that."""
    try:
        scanner = Scanner("", tokenize("", f"<{_ANY_PROSE}>{typed}</{_ANY_PROSE}>"), _KNOWN)
        opening = scanner.next_tag()
        return None if opening is None else scanner.leaf(opening, is_prose=True)
    except SourceProtocolError:
        return None


class _Document:
    """What has been read of one so far."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._values: dict[str, str] = {}
        self._lines: list[LineRecord] | None = None
        self._has_unknown = False
        self._has_unknown_lines = False

    def read(self) -> InvoiceRecord | None:
        """The invoice, or None where the root is empty."""
        scanner = self._scanner
        root = scanner.next_tag()
        if root is None or root.name != _ROOT or root.kind is Kind.CLOSE:
            scanner.fail("another document")
        is_closed = root.kind is Kind.EMPTY or self._read_inside(root)
        if is_closed and scanner.next_tag() is not None:
            scanner.fail("something follows the document")
        if is_closed and not self._values and self._lines is None and not scanner.has_unknown:
            return None
        return self._proven(is_closed=is_closed)

    def _read_inside(self, root: Token) -> bool:
        """Reads up to the root's end; whether there was one. The vendor's own is a second opening tag."""
        scanner = self._scanner
        while (tag := scanner.next_tag()) is not None:
            if tag.name == _ROOT and tag.kind is not Kind.EMPTY:
                scanner.is_repaired = scanner.is_repaired or tag.kind is Kind.OPEN
                scanner.match(root, tag)
                return True
            self._read_element(tag)
        scanner.is_repaired = True
        return False

    def _read_element(self, tag: Token) -> None:
        scanner = self._scanner
        if tag.kind is Kind.CLOSE:
            scanner.fail(f"the end of {tag.name}, which did not begin")
        elif tag.name in _SCALARS:
            name = _SCALARS[tag.name]
            if name in self._values:
                scanner.fail(f"{tag.name} is there twice")
            self._values[name] = scanner.leaf(tag, is_prose=tag.name in _PROSE)
        elif tag.name == _ITEMS and self._lines is None:
            self._lines = read_items(scanner, tag)
            self._has_unknown_lines = scanner.has_unknown and not self._has_unknown
        elif scanner.knows(tag):
            scanner.fail(f"{tag.name} has no place there")
        else:
            scanner.skip(tag)
            self._has_unknown = True

    def _proven(self, *, is_closed: bool) -> InvoiceRecord:
        """The record, if nothing of it can have been lost.

        An end that is missing may have taken elements with it, and an unknown element may be a known one that was
        garbled: then all of the vendor's must be there.
        """
        scanner = self._scanner
        if self._lines is None or not all(self._values.get(name, "").strip() for name in _ESSENTIAL):
            scanner.fail("cut short: no items, number, customer or total")
        if (not is_closed or scanner.has_unknown) and self._values.keys() != _ALL:
            scanner.fail("not closed, or holds unknown elements, and not all of the known ones")
        return InvoiceRecord(
            **self._values,
            lines=self._lines,
            is_repaired=scanner.is_repaired,
            has_unknown=self._has_unknown,
            has_unknown_lines=self._has_unknown_lines,
        )
