"""A reply as one tree, whichever protocol wrote it: the vendor's JSON is its XML turned over. Pure.

An attribute is `@name`, a repeated element a list; every value is the text that was sent, digit by digit.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn, TypeAlias, Union

from lxml import etree

from resolvers.model.errors import SourceProtocolError

Branch: TypeAlias = Union[str, bool, dict[str, "Branch"], list["Branch"], None]  # noqa: UP007  # names itself
Tree: TypeAlias = dict[str, Branch]

TEXT = "#text"
"""The text of an element that has attributes, too."""

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_MANY = 20
_IS_PLAIN_TABLE = etree.XPath(
    "not(*/@* | */*/@* | */*/* | *[namespace-uri()] | */*[namespace-uri()]"
    " | .//comment() | .//processing-instruction())"
)
"""Whether rows hold nothing but texts: asked once of a list, it spares each of its texts the question."""

_BOM = b"\xef\xbb\xbf"


def from_xml(element: etree._Element) -> Branch:
    """What an element holds, by local names: a tree, a text, or None where it is empty or nil."""
    attributes = element.items()
    if not attributes and not len(element):  # most of them: 200 invoices are 1,400 texts
        return element.text
    if element.get(_NIL) in ("true", "1"):
        return None
    tree: Tree = {f"@{name!s}": str(value) for name, value in attributes if not str(name).startswith("{")}
    read = _row if len(element) > _MANY and _IS_PLAIN_TABLE(element) else from_xml
    for child in element:
        if isinstance(tag := child.tag, str):  # neither a comment nor an instruction
            name = tag.rpartition("}")[2] if tag[0] == "{" else tag
            branch = read(child) if len(child) or child.keys() else child.text  # most are texts, and spared a call
            if name in tree:
                _add(tree, name, branch)
            else:
                tree[name] = branch
    if not tree:
        return element.text
    if not len(element) and element.text and element.text.strip():
        tree[TEXT] = element.text
    return tree


def from_json(source: str, content: bytes) -> Branch:
    """What a JSON text holds. Raises SourceProtocolError where it is none, or names a member twice."""
    try:
        branch: Branch = json.loads(
            content.removeprefix(_BOM).decode(),
            parse_float=str,
            parse_int=str,
            parse_constant=_refuse,
            object_pairs_hook=_object,
        )
    except (ValueError, RecursionError) as error:
        raise SourceProtocolError(source, f"unreadable JSON: {type(error).__name__}") from None
    return branch


def _row(element: etree._Element) -> Branch:
    """What a row of a plain table holds."""
    tree: Tree = {child.tag: child.text for child in element}
    return tree if len(tree) == len(element) else from_xml(element)  # a name that is there twice makes a list


def _add(tree: Tree, name: str, branch: Branch) -> None:
    """One more of a name that is there already."""
    if isinstance(known := tree[name], list):
        known.append(branch)
    else:
        tree[name] = [known, branch]


def _object(members: list[tuple[str, Any]]) -> Tree:
    tree = dict(members)
    if len(tree) != len(members):
        raise ValueError("a member that is there twice")
    return tree


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
