"""One tree for an answer of netFORUM's, written as XML or as JSON.

The vendor's JSON is its XML turned over: an attribute becomes `@name`, an empty element null, one row an object, and no
row no key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias, Union
from xml.sax.saxutils import escape, quoteattr

Node: TypeAlias = Union[str, "Mapping[str, Node]", "Sequence[Node]"]


def to_xml(name: str, node: Node) -> str:
    """An element with everything under it; a sequence is written as that element repeated."""
    if isinstance(node, str):
        return f"<{name}>{escape(node)}</{name}>" if node else f"<{name} />"
    if isinstance(node, Mapping):
        attributes = "".join(f" {key[1:]}={quoteattr(str(value))}" for key, value in node.items() if key[0] == "@")
        children = "".join(to_xml(key, value) for key, value in node.items() if key[0] != "@")
        return f"<{name}{attributes}>{children}</{name}>" if children else f"<{name}{attributes} />"
    return "".join(to_xml(name, item) for item in node)


def to_json(node: Node) -> str:
    """The tree as JSON text, where every value is a string."""
    return json.dumps(_turned_over(node), ensure_ascii=False)


def _turned_over(node: Node) -> object:
    if isinstance(node, str):
        return node or None
    if isinstance(node, Mapping):
        kept = {key: value for key, value in node.items() if isinstance(value, (str, Mapping)) or value}
        return {key: value if key[0] == "@" else _turned_over(value) for key, value in kept.items()}
    items = [_turned_over(item) for item in node]
    return items[0] if len(items) == 1 else items
