"""Kruitbosch's XML to the same records, as .NET's DataContractSerializer writes it. Pure.

Prefixes, namespaces and the order of members are the serializer's matter: names are matched locally, in any case.
"""

from __future__ import annotations

from lxml import etree

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.kruitbosch.wire import BESIDES_THE_LIST, Listing, Refusal, RowT, members_of, refusal_of
from resolvers.sources.xml_members import children_of, is_nil, name_of, text_of
from resolvers.transport.xml import parse_xml


def parse_listing_xml(source: str, row: type[RowT], content: bytes) -> Listing[RowT]:
    """The rows of a list; none where the element is absent, nil or empty.

    Raises SourceProtocolError for anything that is not the documented response.
    """
    root = parse_xml(source, content)
    if name_of(root) != f"{row.service}Response".lower():
        raise SourceProtocolError(source, f"{name_of(root)} where a {row.service}Response belongs")
    members = children_of(source, root)
    listed = members.get(row.list_name.lower())
    if listed is None and members.keys() - BESIDES_THE_LIST:
        raise SourceProtocolError(source, "the answer holds other things than the list")
    names = members_of(row)
    rows = [_row(source, row, names, each) for each in _rows(source, listed)]
    return Listing(rows, text_of(source, members, "nextpage"))


def parse_refusal_xml(source: str, content: bytes) -> Refusal | None:
    """What an answer says went wrong; None where it does not say so, or not in the documented way."""
    try:
        status = children_of(source, parse_xml(source, content)).get("responsestatus")
        if status is None or is_nil(status):
            return None
        told = children_of(source, status)
        code, message = text_of(source, told, "errorcode"), text_of(source, told, "message")
    except SourceProtocolError:
        return None
    return refusal_of(code, message, _fields(source, told.get("errors")))


def _fields(source: str, errors: etree._Element | None) -> list[tuple[str | None, str | None]]:
    """Name and error code of each field that is objected to; none where they are not told in the documented way."""
    try:
        told = [children_of(source, each) for each in errors] if errors is not None else []
        return [(text_of(source, each, "fieldname"), text_of(source, each, "errorcode")) for each in told]
    except SourceProtocolError:
        return []


def _rows(source: str, listed: etree._Element | None) -> list[etree._Element]:
    if listed is None or is_nil(listed):
        return []
    if (listed.text or "").strip():
        raise SourceProtocolError(source, "the list holds text")
    return list(listed)


def _row(source: str, row: type[RowT], names: tuple[tuple[str, str], ...], element: etree._Element) -> RowT:
    members = children_of(source, element)
    if not members.keys() & {name for _, name in names}:
        raise SourceProtocolError(source, f"{name_of(element)} in the list holds nothing of an invoice")
    return row(**{attribute: text_of(source, members, name) for attribute, name in names})
