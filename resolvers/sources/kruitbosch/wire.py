"""Kruitbosch's records, and its JSON to them: any case of names, every value as the text that was sent. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Generic, TypeVar

import msgspec

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.json_text import Members, check_names_once, decode_exact, folded, member_text

BESIDES_THE_LIST = frozenset({"responsestatus", "nextpage"})
"""What an answer holds whose list is null and left out."""

_NULL = b"null"
_BOOLEANS = (b"true", b"false")
_PLACEHOLDER = "String"  # what the vendor's printed samples have for every text, error codes included

_OBJECT = msgspec.json.Decoder(Members)
_LIST = msgspec.json.Decoder(list[Members] | None)
_LOGIN = msgspec.json.Decoder(Members | str)


class OutstandingInvoice(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, rename=lambda name: name.replace("_", "")
):
    """One row, under the vendor's names; None where the member is absent or null.

    `service` is the service that lists such rows, `list_name` the member of its response that they are in.
    """

    service: ClassVar[str] = "OutstandingInvoices"
    list_name: ClassVar[str] = "OutstandingInvoices"

    invoice_nr: str | None = None
    customer_number: str | None = None
    invoice_date: str | None = None
    due_date: str | None = None
    currency_code: str | None = None
    invoice_amount: str | None = None
    payed_amount: str | None = None
    balance_amount: str | None = None


class OverviewInvoice(OutstandingInvoice, frozen=True, gc=False, kw_only=True):
    """A row of the overview, which holds paid invoices too and says where the document is."""

    service: ClassVar[str] = "InvoicesOverview"
    list_name: ClassVar[str] = "Invoices"

    invoice_open: str | None = None
    download_pdf_url: str | None = None


RowT = TypeVar("RowT", bound=OutstandingInvoice)


class Listing(msgspec.Struct, Generic[RowT], frozen=True, gc=False):
    """The rows of an answer in their order, and the next page's number (None: there is none, or it is not said)."""

    rows: list[RowT]
    next_page: str | None = None


class Refusal(msgspec.Struct, frozen=True, gc=False):
    """A `ResponseStatus` that tells of an error; its message is the vendor's, for the log alone.

    Without a code it is an error where nothing else came; beside rows it is a remark. `fields` are those of the request
    that it objects to, each with the code of its error (`CustomerNumber NotEmpty`).
    """

    code: str
    message: str
    fields: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """All of it for the log, which cuts long lines: the message is last."""
        fields = f" ({', '.join(self.fields)})" if self.fields else ""
        return f"{self.code or 'no code'}{fields}: {self.message}"


def members_of(row: type[OutstandingInvoice]) -> tuple[tuple[str, str], ...]:
    """A record's attributes, each with its vendor's name in small letters."""
    return tuple((field.name, field.encode_name) for field in msgspec.structs.fields(row))


def refusal_of(
    code: str | None, message: str | None, fields: Iterable[tuple[str | None, str | None]]
) -> Refusal | None:
    """What a status tells, `fields` by name and code; None where all of it is empty or the samples' placeholder."""
    code, message = _told(code), _told(message)
    named = tuple(filter(None, (" ".join(filter(None, map(_told, field))) for field in fields)))
    return Refusal(code, message, named) if code or message or named else None


def parse_listing(source: str, row: type[RowT], content: bytes) -> Listing[RowT]:
    """The rows of a list; none where the member is absent or null, as ServiceStack writes an empty one.

    Raises SourceProtocolError for anything that is not the documented object.
    """
    check_names_once(source, content)
    members = _members(source, content)
    listed = row.list_name.lower()
    if listed not in members:
        _expect_nothing(source, members)
    rows = decode_exact(source, bytes(members.get(listed, _NULL)), _LIST) or []
    names = members_of(row)
    return Listing([row(**_row(source, names, each)) for each in rows], member_text(source, members, "nextpage"))


def parse_session_id(source: str, content: bytes, names: Iterable[str]) -> str | None:
    """The session id of an accepted login: under the first of these names that holds one, or a bare string.

    None where there is none; a boolean is none. Raises SourceProtocolError for what is neither object nor string.
    """
    answer = decode_exact(source, content, _LOGIN)
    if isinstance(answer, str):
        return answer.strip() or None
    members = {name: value for name, value in folded(source, answer).items() if bytes(value) not in _BOOLEANS}
    told = ((member_text(source, members, name.lower()) or "").strip() for name in names)
    return next(filter(None, told), None)


def parse_refusal(source: str, content: bytes) -> Refusal | None:
    """What an answer says went wrong; None where it does not say so, or not in the documented way."""
    try:
        status = _members(source, bytes(_members(source, content).get("responsestatus", _NULL)))
        code, message = member_text(source, status, "errorcode"), member_text(source, status, "message")
    except SourceProtocolError:
        return None
    return refusal_of(code, message, _fields(source, bytes(status.get("errors", _NULL))))


def _told(text: str | None) -> str:
    text = (text or "").strip()
    return "" if text == _PLACEHOLDER else text


def _fields(source: str, errors: bytes) -> list[tuple[str | None, str | None]]:
    """Name and error code of each field that is objected to; none where they are not told in the documented way."""
    try:
        told = [folded(source, each) for each in decode_exact(source, errors, _LIST) or []]
        return [(member_text(source, each, "fieldname"), member_text(source, each, "errorcode")) for each in told]
    except SourceProtocolError:
        return []


def _expect_nothing(source: str, members: Members) -> None:
    """Raises SourceProtocolError unless what is there besides the list is its null left out."""
    if members.keys() - BESIDES_THE_LIST:
        raise SourceProtocolError(source, "the answer holds other things than the list")
    status = bytes(members.get("responsestatus", _NULL))
    if status != _NULL:
        _members(source, status)


def _row(source: str, names: tuple[tuple[str, str], ...], members: Members) -> dict[str, str | None]:
    small = folded(source, members)
    return {attribute: member_text(source, small, name) for attribute, name in names}


def _members(source: str, content: bytes) -> Members:
    return folded(source, decode_exact(source, content, _OBJECT))
