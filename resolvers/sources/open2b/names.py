"""Whether a reply with invoices names a member twice: decoding keeps the last, and loses the first in silence. Pure.

Reading all names costs as much as reading the invoices several times over. So the names are counted first: as long as
there are no more than the documented members of these records, none is there twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any

from resolvers.sources.json_text import check_names_once
from resolvers.sources.open2b.envelope import Record
from resolvers.sources.open2b.wire import InvoiceRecord

_ENVELOPE = 3
_OBJECTS = {
    "rounding": 2,
    "shipping_method": 2,
    "payment_method": 2,
    "billing_address": 16,
    "shipping_address": 7,
    "seller_address": 13,
}
_LISTS = {"items": 7, "taxes": 5, "discounts": 2}
_OF_ITEMS = {"prices": 4, "tax": 3}
"""The objects within a record, and those of its lists, with how many documented members each has."""


def check_names(source: str, content: bytes, records: Sequence[InvoiceRecord], asked: int) -> None:
    """Raises SourceProtocolError where a member is there twice; `asked` is how many members a record was to have.

    Where the shop left members out, one of another name may be there twice unseen.
    """
    most = _ENVELOPE + asked * len(records) + _in_objects(records, _OBJECTS)
    for name, members in _LISTS.items():
        parts: list[Record] = [*chain.from_iterable(filter(None, _column(records, name)))]
        most += members * len(parts) + (_in_objects(parts, _OF_ITEMS) if name == "items" else 0)
    if content.count(b":") > most and content.count(b'":') + content.count(b'" :') > most:
        check_names_once(source, content)


def _in_objects(records: Sequence[Record], objects: Mapping[str, int]) -> int:
    """The documented members of these objects of all records, as far as they are there."""
    columns = ((_column(records, name), members) for name, members in objects.items())
    return sum(members * (len(column) - column.count(None)) for column, members in columns)


def _column(records: Sequence[Record], name: str) -> list[Any]:
    """A member of every record; nothing where it was not read."""
    return [*map(attrgetter(name), records)] if records and name in type(records[0]).__struct_fields__ else []
