"""A reply as one tree, whichever protocol wrote it: the vendor's JSON is its XML turned over. Pure.

An attribute is `@name`, a repeated element a list, or a table where all of them are alike; every value is the text that
was sent, digit by digit.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias, Union

from lxml import etree

from resolvers.model.errors import SourceProtocolError
from resolvers.transport.json import check_objects, whole_characters


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by the column: each has a text, or None, of every name. There is a column, and they are equally long."""

    columns: Mapping[str, list[str | None]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def rows(self) -> list[Tree]:
        """The same by the row."""
        return [dict(zip(self.columns, texts, strict=True)) for texts in zip(*self.columns.values(), strict=True)]


Branch: TypeAlias = Union[str, bool, dict[str, "Branch"], list["Branch"], Table, None]  # noqa: UP007  # names itself
Tree: TypeAlias = dict[str, Branch]

TEXT = "#text"
"""The text of an element that has attributes, too."""

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_MANY = 20
_HAVE_ATTRIBUTES = etree.XPath("boolean(*/@* | */*/@*)")


def from_xml(element: etree._Element) -> Branch:
    """What an element holds, by local names: a tree, a text, or None where it is empty or nil."""
    attributes = element.items()
    if not attributes and not len(element):  # most of them: 200 invoices are 1,400 texts
        return element.text
    if element.get(_NIL) in ("true", "1"):
        return None
    tree: Tree = {f"@{name!s}": str(value) for name, value in attributes if not str(name).startswith("{")}
    if len(element) > _MANY and (table := _table(element)) is not None:
        tree[_local(element[0].tag)] = table
        return tree
    for child in element:
        if isinstance(tag := child.tag, str):  # neither a comment nor an instruction
            name = _local(tag)
            branch = from_xml(child) if len(child) or child.keys() else child.text  # most are texts, and spared a call
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
    """What a JSON text holds. Raises SourceProtocolError where it is none, names a member twice, or is without end."""
    check_objects(source, content)
    try:
        branch: Branch = json.loads(
            whole_characters(content).removeprefix(codecs.BOM_UTF8).decode(),
            parse_float=str,
            parse_int=str,
            parse_constant=_refuse,
            object_pairs_hook=_object,
        )
    except (ValueError, RecursionError) as error:
        raise SourceProtocolError(source, f"unreadable JSON: {type(error).__name__}") from None
    return branch


def _table(element: etree._Element) -> Table | None:
    """The children by the column, where they are alike: one name, and texts of the same names in the same order.

    It is counted, not walked: where the names of all that is below repeat at the distance of one child, and each child
    holds as many as the first, children and what they hold are all there is, and nothing is nested deeper.
    """
    nodes = list(element.iterdescendants())
    width = len(nodes[0])
    tags, distance = [node.tag for node in nodes], width + 1
    first = tags[:distance]
    if tags != first * len(element) or {*map(len, nodes[::distance])} != {width} or _HAVE_ATTRIBUTES(element):
        return None
    columns = {
        _local(tag): [node.text for node in nodes[at::distance]]
        for at, tag in enumerate(first)
        if at and isinstance(tag, str)  # neither a comment nor an instruction
    }
    return Table(columns) if 0 < len(columns) == width else None  # a name that is there twice makes a list


def _local(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2]


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
