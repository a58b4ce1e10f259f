"""Kruitbosch's XML to the same records, as .NET's DataContractSerializer writes it. Pure.

Prefixes, namespaces and the order of members are the serializer's matter: names are matched locally, in any case.
"""

from __future__ import annotations

from lxml import etree

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.kruitbosch.wire import BESIDES_THE_LIST, Listing, Refusal, RowT, members_of, refusal_of
from resolvers.transport.xml import parse_xml

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def parse_listing_xml(source: str, row: type[RowT], content: bytes) -> Listing[RowT]:
    """The rows of a list; none where the element is absent, nil or empty.

    Raises SourceProtocolError for anything that is not the documented response.
    """
    root = parse_xml(source, content)
    if _name(root) != f"{row.service}Response".lower():
        raise SourceProtocolError(source, f"{_name(root)} where a {row.service}Response belongs")
    members = _members(source, root)
    listed = members.get(row.list_name.lower())
    if listed is None and members.keys() - BESIDES_THE_LIST:
        raise SourceProtocolError(source, "the answer holds other things than the list")
    names = members_of(row)
    rows = [_row(source, row, names, each) for each in _rows(source, listed)]
    return Listing(rows, _text(source, members, "nextpage"))


def parse_refusal_xml(source: str, content: bytes) -> Refusal | None:
    """What an answer says went wrong; None where it does not say so, or not in the documented way."""
    try:
        status = _members(source, parse_xml(source, content)).get("responsestatus")
        if status is None or _is_nil(status):
            return None
        told = _members(source, status)
        return refusal_of(_text(source, told, "errorcode"), _text(source, told, "message"))
    except SourceProtocolError:
        return None


def _rows(source: str, listed: etree._Element | None) -> list[etree._Element]:
    if listed is None or _is_nil(listed):
        return []
    if (listed.text or "").strip():
        raise SourceProtocolError(source, "the list holds text")
    return list(listed)


def _row(source: str, row: type[RowT], names: tuple[tuple[str, str], ...], element: etree._Element) -> RowT:
    members = _members(source, element)
    if not members.keys() & {name for _, name in names}:
        raise SourceProtocolError(source, f"{_name(element)} in the list holds nothing of an invoice")
    return row(**{attribute: _text(source, members, name) for attribute, name in names})


def _members(source: str, parent: etree._Element) -> dict[str, etree._Element]:
    """The children by their names in small letters. Raises SourceProtocolError where one is there twice."""
    members = {_name(child): child for child in parent}
    if len(members) != len(parent):
        raise SourceProtocolError(source, f"{_name(parent)} has a member twice")
    return members


def _text(source: str, members: dict[str, etree._Element], name: str) -> str | None:
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
