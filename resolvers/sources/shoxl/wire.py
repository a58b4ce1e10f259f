"""Shoxl's records, and its REST messages: requests to bytes, replies to records with every value as it was sent. Pure.

Every ERP party writes its own server, so names are matched in any case and optional members may be missing.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.counts import read_count
from resolvers.sources.json_text import (
    ABSENT,
    Members,
    check_names_once,
    decode_exact,
    folded,
    member_text,
    scalar_text,
)
from resolvers.sources.shoxl.doubles import without_residue
from resolvers.transport.json import decode_json

OPERATION = "GetInvoiceHistory"
DOCUMENT_OPERATION = "GetInvoice"
MEMBERS = frozenset({"errorcode", "errordescription", "orders", "request", "totalpages"})
"""What a page's reply holds, in small letters; one of them at least."""

_SUCCESS = "0"
_OBJECT = msgspec.json.Decoder(Members)
_ARRAY = msgspec.json.Decoder(list[Members | None])
_DOCUMENT_MEMBERS = frozenset({"errorcode", "errordescription", "invoicepdf", "request"})


class InvoiceHistoryItem(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One entry of `orders`; None where the member is absent or null."""

    customer_number: str | None = None
    invoice_date: str | None = None
    invoice_number: str | None = None
    order_number: str | None = None
    total_outstanding: str | None = None
    total_price: str | None = None
    downloadable_pdf_uri: str | None = None


class InvoiceHistory(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A page, what the server says it was asked, and its error if it tells of one."""

    items: list[InvoiceHistoryItem]
    total_pages: int | None = None
    echoed_account: str | None = None
    echoed_page: str | None = None
    error_code: str | None = None
    error_description: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it lists nothing."""
        return not self.items


class InvoiceDocument(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A document in base64, what the server says it was asked, and its error if it tells of one."""

    invoice_pdf: str | None = None
    echoed_number: str | None = None
    error_code: str | None = None
    error_description: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it holds no document."""
        return not self.invoice_pdf


def history_request(account_number: str, page: int, context: Mapping[str, str]) -> bytes:
    """The body that asks for one page; pages count from 1."""
    members: dict[str, object] = {"accountNumber": account_number, "pageNumber": page}
    return msgspec.json.encode(members | ({"context": dict(context)} if context else {}))


def document_request(invoice_number: str, customer_number: str, context: Mapping[str, str]) -> bytes:
    """The body that asks for one invoice's document."""
    members: dict[str, object] = {"invoiceNumber": invoice_number, "customerNumber": customer_number}
    return msgspec.json.encode(members | ({"context": dict(context)} if context else {}))


def parse_history(source: str, content: bytes) -> InvoiceHistory:
    """The page of a reply. Raises SourceProtocolError for anything that is not the documented object."""
    check_names_once(source, content)
    members = folded(source, decode_exact(source, content, _OBJECT))
    if not members.keys() & MEMBERS:
        raise SourceProtocolError(source, "the reply has none of the documented members")
    echo = _echo(source, members.get("request"))
    return InvoiceHistory(
        items=[_item(source, folded(source, row or {})) for row in _rows(source, members.get("orders"))],
        total_pages=read_count(member_text(source, members, "totalpages")),
        echoed_account=member_text(source, echo, "accountnumber"),
        echoed_page=member_text(source, echo, "pagenumber"),
        error_code=member_text(source, members, "errorcode"),
        error_description=member_text(source, members, "errordescription"),
    )


def parse_document(source: str, content: bytes) -> InvoiceDocument:
    """The document of a reply. Raises SourceProtocolError for anything that is not the documented object."""
    members = folded(source, decode_exact(source, content, _OBJECT))
    if not members.keys() & _DOCUMENT_MEMBERS:
        raise SourceProtocolError(source, "the reply has none of the documented members")
    return InvoiceDocument(
        invoice_pdf=member_text(source, members, "invoicepdf"),
        echoed_number=member_text(source, _echo(source, members.get("request")), "invoicenumber"),
        error_code=member_text(source, members, "errorcode"),
        error_description=member_text(source, members, "errordescription"),
    )


def error_of(answer: InvoiceHistory | InvoiceDocument) -> str | None:
    """The server's error in its own words, for the log alone; None where it tells of none.

    Code and description are optional, each for itself. A description without a code is an error where it is all that
    came; beside rows it is a remark, and so it is beside the code `0`.
    """
    code = (answer.error_code or "").strip()
    description = (answer.error_description or "").strip()
    if code == _SUCCESS or not (code or (description and answer.is_empty)):
        return None
    return ": ".join(filter(None, (code, description)))


def _item(source: str, members: Members) -> InvoiceHistoryItem:
    total = scalar_text(members.get("totalprice", ABSENT))
    return InvoiceHistoryItem(
        customer_number=member_text(source, members, "customernumber"),
        invoice_date=scalar_text(members.get("invoicedate", ABSENT)),
        invoice_number=member_text(source, members, "invoicenumber"),
        order_number=member_text(source, members, "ordernumber"),
        total_outstanding=_amount(scalar_text(members.get("totaloutstanding", ABSENT)), total),
        total_price=_amount(total, total),
        downloadable_pdf_uri=member_text(source, members, "downloadablepdfuri"),
    )


def _rows(source: str, orders: msgspec.Raw | None) -> list[Members | None]:
    content = _content(orders)
    if not content.startswith(b"{"):
        return decode_json(source, content, _ARRAY) if content else []
    if decode_json(source, content, _OBJECT):  # an empty array may come as {}, but nothing else as an object
        raise SourceProtocolError(source, "orders is an object")
    return []


def _echo(source: str, request: msgspec.Raw | None) -> Members:
    content = _content(request)
    return folded(source, decode_json(source, content, _OBJECT)) if content else {}


def _content(value: msgspec.Raw | None) -> bytes:
    """The member's own JSON; empty where it is absent or null."""
    content = b"" if value is None else bytes(value)
    return b"" if content == b"null" else content


def _amount(text: str | None, total: str | None) -> str | None:
    """The value's own text, whatever it is, less a double's residue: what is no number costs only itself, later."""
    return None if text is None else without_residue(text, total)
