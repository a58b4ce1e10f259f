"""Shoxl's SOAP replies to the same records: names matched locally and in any case, every value as it was sent. Pure."""

from __future__ import annotations

from lxml import etree

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.counts import read_count
from resolvers.sources.shoxl.wire import (
    DOCUMENT_OPERATION,
    MEMBERS,
    OPERATION,
    InvoiceDocument,
    InvoiceHistory,
    InvoiceHistoryItem,
)
from resolvers.sources.xml_members import Members, children_of, is_nil, name_of, text_of

_ROW = "invoicehistoryitem"
_ITEM_MEMBERS = tuple((name, name.replace("_", "")) for name in InvoiceHistoryItem.__struct_fields__)


def parse_history_xml(source: str, response: etree._Element) -> InvoiceHistory:
    """The page of a response element. Raises SourceProtocolError for anything that is not the documented one."""
    members = _result(source, response, OPERATION)
    if not members.keys() & MEMBERS:
        raise SourceProtocolError(source, "the result has none of the documented members")
    echo = children_of(source, members.get("request"))
    return InvoiceHistory(
        items=[_item(source, row) for row in _rows(source, members.get("orders"))],
        total_pages=read_count(text_of(source, members, "totalpages")),
        echoed_account=text_of(source, echo, "accountnumber"),
        echoed_page=text_of(source, echo, "pagenumber"),
        error_code=text_of(source, members, "errorcode"),
        error_description=text_of(source, members, "errordescription"),
    )


def parse_document_xml(source: str, response: etree._Element) -> InvoiceDocument:
    """The document of a response element. Raises SourceProtocolError for anything that is not the documented one."""
    members = _result(source, response, DOCUMENT_OPERATION)
    return InvoiceDocument(
        invoice_pdf=text_of(source, members, "invoicepdf"),
        echoed_number=text_of(source, children_of(source, members.get("request")), "invoicenumber"),
        error_code=text_of(source, members, "errorcode"),
        error_description=text_of(source, members, "errordescription"),
    )


def _result(source: str, response: etree._Element, operation: str) -> Members:
    """The members of the response's one result."""
    members = children_of(source, response)
    if members.keys() != {f"{operation}Result".lower()}:
        raise SourceProtocolError(source, f"not one {operation}Result")
    (result,) = members.values()
    return children_of(source, result)


def _rows(source: str, orders: etree._Element | None) -> list[etree._Element]:
    if orders is None or is_nil(orders):
        return []
    if (orders.text or "").strip() or any(name_of(row) != _ROW for row in orders):
        raise SourceProtocolError(source, "Orders holds other things than invoices")
    return list(orders)


def _item(source: str, row: etree._Element) -> InvoiceHistoryItem:
    members = children_of(source, row)
    return InvoiceHistoryItem(**{attribute: text_of(source, members, name) for attribute, name in _ITEM_MEMBERS})
