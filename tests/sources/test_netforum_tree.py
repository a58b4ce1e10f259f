"""One tree from both protocols, with every value as the text that was sent."""

from __future__ import annotations

import pytest
from lxml import etree

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.netforum.tree import Branch, from_json, from_xml

XML = '<r><a n="2"><b>1</b><b> 2.50 </b><c/></a><d k="v">text</d></r>'
JSON = b'{"a": {"@n": "2", "b": ["1", " 2.50 "], "c": null}, "d": {"@k": "v", "#text": "text"}}'


def test_xml_and_the_json_that_it_is_turned_over_to_are_the_same_tree() -> None:
    tree: Branch = {"a": {"@n": "2", "b": ["1", " 2.50 "], "c": None}, "d": {"@k": "v", "#text": "text"}}

    assert from_xml(etree.fromstring(XML)) == tree
    assert from_json("dues", JSON) == tree


def test_a_number_keeps_each_of_its_digits() -> None:
    text = b'{"a": 600.0000000, "b": 12345678901234567.89, "c": 0070, "d": 1}'.replace(b"0070", b"70")

    assert from_json("dues", text) == {"a": "600.0000000", "b": "12345678901234567.89", "c": "70", "d": "1"}


def test_names_are_local_and_declarations_and_nil_are_no_values() -> None:
    xml = (
        '<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x y">'
        '<a xmlns="urn:a">1</a><b xsi:nil="true"/></r>'
    )

    assert from_xml(etree.fromstring(xml)) == {"a": "1", "b": None}


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b'{"a": 1} x', b'{"a": 1, "a": 2}', b'{"a": NaN}', b'{"a": "\xff"}', b'{"a": 1,}', b"[" * 100_000],
)
def test_what_is_no_json_or_says_a_thing_twice_is_an_error(content: bytes) -> None:
    with pytest.raises(SourceProtocolError):
        from_json("dues", content)


@pytest.mark.parametrize("piece", [b"{}", b"[]"])
def test_more_pieces_than_anybody_has_are_an_error(piece: bytes) -> None:
    with pytest.raises(SourceProtocolError):
        from_json("dues", b"[" + (piece + b",") * 500_000 + piece + b"]")
