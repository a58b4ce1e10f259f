"""An XML element's children by local name in any case, as serializers of .NET write them; nil is absent. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from resolvers.model.errors import SourceProtocolError

Members = Mapping[str, etree._Element]

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def children_of(source: str, parent: etree._Element | None) -> Members:
    """The children by their names in small letters; none of nil. Raises SourceProtocolError where one is twice."""
    if parent is None or is_nil(parent):
        return {}
    members = {name_of(child): child for child in parent}
    if len(members) != len(parent):
        raise SourceProtocolError(source, f"{name_of(parent)} has a member twice")
    return members


def text_of(source: str, members: Members, name: str) -> str | None:
    """A member's text as it was sent; None where it is absent or nil. Raises SourceProtocolError where it is nested."""
    element = members.get(name)
    if element is None or is_nil(element):
        return None
    if len(element):
        raise SourceProtocolError(source, f"{name} is nested")
    return element.text


def is_nil(element: etree._Element) -> bool:
    """Whether it says that it holds nothing."""
    return element.get(_NIL) in ("true", "1")


def name_of(element: etree._Element) -> str:
    """Its local name in small letters."""
    return element.tag.rpartition("}")[2].lower()
