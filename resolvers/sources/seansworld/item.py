"""seansworld's items, of which the vendor says no more than that there is an itemsAPI: read by guessed names. Pure."""

from __future__ import annotations

from typing import NamedTuple

from resolvers.sources.seansworld.markup import Kind, decode_document, tokenize
from resolvers.sources.seansworld.scanner import Scanner

OPERATION = "itemsAPI"

_NUMBER = "itemid"
_NAMES = ("itemname", "name", "title", "itemdesc", "description", "desc")
"""What may hold an item's name, the likeliest first."""


class ItemName(NamedTuple):
    """An item's name, None where it has none; or that it could not be read."""

    text: str | None = None
    is_readable: bool = True


def parse_item_name(source: str, content: bytes, item_id: str) -> str | None:
    """The name of the item, wherever in the document it stands; None where there is no such item, or no name.

    Raises SourceProtocolError where the document does not say that it is of this item, tells a value twice, or is not
    whole.
    """
    document = decode_document(source, content)
    if not document.value.strip():
        return None
    scanner = Scanner(source, tokenize(source, document.value), frozenset({_NUMBER, *_NAMES}))
    values = _read_values(scanner)
    if not values and not scanner.has_unknown:
        return None
    if values.get(_NUMBER, "").strip() != item_id:
        scanner.fail("another item than the one asked for")
    return next((text for name in _NAMES if (text := values.get(name, "").strip())), None)


def _read_values(scanner: Scanner) -> dict[str, str]:
    """The known elements at any depth, each once; `has_unknown` tells whether anything else was in the root."""
    values: dict[str, str] = {}
    inside: list[str] = []
    while True:
        scanner.has_unknown = bool(scanner.take_text().strip()) or scanner.has_unknown
        if (tag := scanner.next_tag()) is None:
            break
        if scanner.knows(tag) and tag.kind is not Kind.CLOSE:
            if tag.name in values:
                scanner.fail(f"{tag.name} is there twice")
            values[tag.name] = scanner.leaf(tag, is_prose=tag.name in _NAMES)
        elif tag.kind is Kind.OPEN and inside != [tag.name]:
            scanner.has_unknown = scanner.has_unknown or bool(inside)
            inside.append(tag.name)
        elif tag.kind is not Kind.EMPTY and (not inside or inside.pop() != tag.name):
            scanner.fail(f"the end of {tag.name}, which did not begin")
    if inside:
        scanner.fail("cut short")
    return values
