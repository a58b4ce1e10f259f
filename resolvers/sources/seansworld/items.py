"""The lines of a seansworld document in the shapes that the vendor gives them. Pure.

Flat, as its sample has it: `<line>1</line>`, then the line's values, then perhaps a `</line>` that closes nothing. Or
nested: `<line num="1">` or `<line>1`, the values, `</line>`. Whatever the shape, a line has each of its values once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from resolvers.sources.counts import read_count
from resolvers.sources.seansworld.markup import Kind, Token, attribute
from resolvers.sources.seansworld.scanner import Scanner

LINE = "line"
VALUES = frozenset({"itemid", "qty", "price"})


class LineRecord(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One line, its values as they were written. Its number is its place, or the document would not be read."""

    item_id: str
    quantity: str
    price: str


@dataclass(slots=True)
class _Group:
    """A line while it is read. `opening` is the tag that is still to be closed; flat lines have none."""

    number: str | None
    opening: Token | None = None
    is_closed: bool = False
    values: dict[str, str] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        return self.values.keys() == VALUES and self.opening is None

    @property
    def awaits_number(self) -> bool:
        return self.opening is not None and self.number is None and not self.values


def read_items(scanner: Scanner, opening: Token) -> list[LineRecord]:
    """The lines between the tags of `items`, in their order. Raises SourceProtocolError where one may be lost."""
    groups: list[_Group] = []
    while opening.kind is not Kind.EMPTY:
        tag = scanner.next_tag()
        if tag is None:
            scanner.fail("items does not end")
        if tag.kind is Kind.CLOSE and tag.name == opening.name:
            scanner.match(opening, tag)
            break
        _take(scanner, groups, tag)
    return [_line(scanner, position, group) for position, group in enumerate(groups, start=1)]


def _take(scanner: Scanner, groups: list[_Group], tag: Token) -> None:
    if tag.name == LINE and tag.kind is Kind.OPEN:
        _open_line(scanner, groups, tag)
    elif tag.name == LINE and tag.kind is Kind.CLOSE:
        _close_line(scanner, groups, tag)
    elif tag.name in VALUES and tag.kind is not Kind.CLOSE:
        if not groups or groups[-1].is_closed or tag.name in groups[-1].values:
            scanner.fail(f"{tag.name} is in no line, or there twice")
        groups[-1].values[tag.name] = scanner.leaf(tag)
    elif tag.kind is not Kind.CLOSE and not scanner.knows(tag):
        scanner.skip(tag)
    else:
        scanner.fail(f"{tag.name} has no place in items")


def _open_line(scanner: Scanner, groups: list[_Group], tag: Token) -> None:
    number = attribute(tag, "num") or scanner.take_text().strip() or None
    is_flat = scanner.take_close(tag)
    last = groups[-1] if groups else None
    if is_flat and last is not None and last.awaits_number:
        last.number = number
    elif last is not None and last.opening is not None:
        scanner.fail("a line within a line")
    else:
        groups.append(_Group(number, None if is_flat else tag))


def _close_line(scanner: Scanner, groups: list[_Group], tag: Token) -> None:
    last = groups[-1] if groups else _Group(None, is_closed=True)
    if last.opening is not None:
        scanner.match(last.opening, tag)
        last.opening = None
    elif last.is_complete and not last.is_closed:
        scanner.is_repaired = True
    else:
        scanner.fail("the end of a line that did not begin")
    last.is_closed = True


def _line(scanner: Scanner, position: int, group: _Group) -> LineRecord:
    if not group.is_complete:
        scanner.fail(f"line {position} has not each of its values once")
    number = group.number
    if number is not None and read_count(number) != position:
        scanner.fail(f"line {position} has another number")
    return LineRecord(
        item_id=group.values["itemid"],
        quantity=group.values["qty"],
        price=group.values["price"],
    )
