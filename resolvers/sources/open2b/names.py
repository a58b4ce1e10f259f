"""Whether a reply with invoices names a member twice: decoding keeps the last, and loses the first in silence. Pure.

Reading all names costs as much as reading the invoices several times over. So the names are counted first: as long as
there are no more than the documented members of these records, none is there twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from operator import attrgetter

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
    "prices": 4,
    "tax": 3,
}
_LISTS = {"items": 7, "taxes": 5, "discounts": 2}
"""The objects within a record or an item, and the lists of objects, with how many documented members each has."""
_ENDS_OF_NAMES = (b'":', b" :", b"\t:", b"\n:", b"\r:")
"""What every name ends with, and some texts hold."""


def check_names(source: str, content: bytes, records: Sequence[InvoiceRecord], asked: int) -> None:
    """Raises SourceProtocolError where a member is there twice; `asked` is how many members a record was to have.

    Where the shop left members out, one of another name may be there twice unseen.
    """
    most = _ENVELOPE + asked * len(records) + _within(records)
    if content.count(b":") > most and sum(map(content.count, _ENDS_OF_NAMES)) > most:
        check_names_once(source, content)


def _within(records: Sequence[Record]) -> int:
    """The documented members of all objects within the records, as far as they were read and are there."""
    most = 0
    for name in type(records[0]).__struct_fields__ if records else ():
        if name in _OBJECTS:
            most += _OBJECTS[name] * len([*filter(None, map(attrgetter(name), records))])
        elif name in _LISTS:
            parts: list[Record] = [*chain.from_iterable(filter(None, map(attrgetter(name), records)))]
            most += _LISTS[name] * len(parts) + _within(parts)
    return most
