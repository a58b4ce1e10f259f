"""netFORUM's replies to records: strictly, by local names, every value as the text that was sent. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from lxml import etree

from resolvers.model.errors import SourceProtocolError

LIST_OPERATION = "WEBCentralizedShoppingCartOpenInvoiceGetList"

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_COUNT = "recordReturn"


class OpenInvoice(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One `Result`, under the vendor's own names; None where the element is absent or nil."""

    inv_key: str | None = None
    inv_date: str | None = None
    inv_code_cp: str | None = None
    inv_total: str | None = None
    inv_paid: str | None = None
    inv_balance: str | None = None
    mbt_code: str | None = None


class OpenInvoices(msgspec.Struct, frozen=True, gc=False):
    """The rows in their order, and how many the vendor says there are (None: it does not say)."""

    rows: list[OpenInvoice]
    stated_count: str | None = None


def parse_open_invoices(source: str, response: etree._Element) -> OpenInvoices:
    """The rows of a list's response element; no rows where it, its result or its `Results` is empty.

    Raises SourceProtocolError for anything else that is not the documented shape.
    """
    _expect(source, response, f"{LIST_OPERATION}Response")
    results = _only_child(source, _only_child(source, response, f"{LIST_OPERATION}Result"), "Results")
    if results is None:
        return OpenInvoices([])
    rows = [_open_invoice(source, child) for child in _children(results) if _local(child) == "Result"]
    if not rows and len(results):
        raise SourceProtocolError(source, "Results holds something, and none of it is a Result")
    return OpenInvoices(rows, results.get(_COUNT))


def parse_token(source: str, header: etree._Element | None) -> str | None:
    """The token of a SOAP header; None where there is no header, or none in it."""
    for entry in () if header is None else _children(header):
        if _local(entry) == "AuthorizationToken":
            for child in _children(entry):
                if _local(child) == "Token":
                    return (_text(source, child) or "").strip() or None
    return None


def _open_invoice(source: str, result: etree._Element) -> OpenInvoice:
    values: dict[str, str | None] = {}
    for child in _children(result):
        name = _local(child)
        if name not in OpenInvoice.__struct_fields__:
            continue
        if name in values:
            raise SourceProtocolError(source, f"a Result has {name} twice")
        values[name] = _text(source, child)
    return OpenInvoice(**values)


def _text(source: str, element: etree._Element) -> str | None:
    if element.get(_NIL) in ("true", "1"):
        return None
    if len(element):
        raise SourceProtocolError(source, f"{_local(element)} holds elements where a text belongs")
    return element.text


def _only_child(source: str, parent: etree._Element | None, name: str) -> etree._Element | None:
    """The one child of that name; None where the parent is empty or nil."""
    if parent is None or parent.get(_NIL) in ("true", "1"):
        return None
    children = list(_children(parent))
    if not children and not (parent.text or "").strip():
        return None
    if len(children) != 1:
        raise SourceProtocolError(source, f"{_local(parent)} holds {len(children)} elements, not one {name}")
    _expect(source, children[0], name)
    return children[0]


def _expect(source: str, element: etree._Element, name: str) -> None:
    if _local(element) != name:
        raise SourceProtocolError(source, f"{_local(element)} where {name} belongs")


def _children(element: etree._Element) -> Iterator[etree._Element]:
    return element.iterchildren(tag=etree.Element)


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2]
