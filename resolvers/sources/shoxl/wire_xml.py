"""Shoxl's SOAP replies to the same records: names matched locally and in any case, every value as it was sent. Pure."""

from __future__ import annotations

from lxml import etree

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.shoxl.wire import (
    DOCUMENT_OPERATION,
    MEMBERS,
    OPERATION,
    InvoiceDocument,
    InvoiceHistory,
    InvoiceHistoryItem,
    total_pages,
)

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_ROW = "invoicehistoryitem"
_ITEM_MEMBERS = tuple((name, name.replace("_", "")) for name in InvoiceHistoryItem.__struct_fields__)

_Members = dict[str, etree._Element]


def parse_history_xml(source: str, response: etree._Element) -> InvoiceHistory:
    """The page of a response element. Raises SourceProtocolError for anything that is not the documented one."""
    members = _result(source, response, OPERATION)
    if not members.keys() & MEMBERS:
        raise SourceProtocolError(source, "the result has none of the documented members")
    echo = _members(source, members.get("request"))
    return InvoiceHistory(
        items=[_item(source, row) for row in _rows(source, members.get("orders"))],
        total_pages=total_pages(_text(source, members, "totalpages")),
        echoed_account=_text(source, echo, "accountnumber"),
        echoed_page=_text(source, echo, "pagenumber"),
        error_code=_text(source, members, "errorcode"),
        error_description=_text(source, members, "errordescription"),
    )


def parse_document_xml(source: str, response: etree._Element) -> InvoiceDocument:
    """The document of a response element. Raises SourceProtocolError for anything that is not the documented one."""
    members = _result(source, response, DOCUMENT_OPERATION)
    return InvoiceDocument(
        invoice_pdf=_text(source, members, "invoicepdf"),
        echoed_number=_text(source, _members(source, members.get("request")), "invoicenumber"),
        error_code=_text(source, members, "errorcode"),
        error_description=_text(source, members, "errordescription"),
    )


def _result(source: str, response: etree._Element, operation: str) -> _Members:
    """The members of the response's one result."""
    members = _members(source, response)
    if members.keys() != {f"{operation}Result".lower()}:
        raise SourceProtocolError(source, f"not one {operation}Result")
    (result,) = members.values()
    return _members(source, result)


def _rows(source: str, orders: etree._Element | None) -> list[etree._Element]:
    if orders is None or _is_nil(orders):
        return []
    if (orders.text or "").strip() or any(_name(row) != _ROW for row in orders):
        raise SourceProtocolError(source, "Orders holds other things than invoices")
    return list(orders)


def _item(source: str, row: etree._Element) -> InvoiceHistoryItem:
    members = _members(source, row)
    return InvoiceHistoryItem(**{attribute: _text(source, members, name) for attribute, name in _ITEM_MEMBERS})


def _members(source: str, parent: etree._Element | None) -> _Members:
    """The children by their names in small letters; none of nil. Raises SourceProtocolError where one is twice."""
    if parent is None or _is_nil(parent):
        return {}
    members = {_name(child): child for child in parent}
    if len(members) != len(parent):
        raise SourceProtocolError(source, f"{_name(parent)} has a member twice")
    return members


def _text(source: str, members: _Members, name: str) -> str | None:
    element = members.get(name)
    if element is None or _is_nil(element):
        return None
    if len(element):
        raise SourceProtocolError(source, f"{name} is nested")
    return element.text


def _is_nil(element: etree._Element) -> bool:
    return element.get(_NIL) in ("true", "1")


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2].lower()
