"""Whether a reply with invoices names a member twice: decoding keeps the last, and loses the first in silence. Pure.

Reading all names costs as much as reading the invoices several times over. So the names are counted first: as long as
there are no more than the documented members of these records, none is there twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from resolvers.sources.json_text import check_names_once
from resolvers.sources.open2b.wire import InvoiceRecord, Item

_ENVELOPE = 3
_BILLING, _SHIPPING, _SELLER = 16, 7, 13
_ITEM, _PRICES, _ITEM_TAX, _TAX_CLASS, _DISCOUNT, _METHOD, _ROUNDING = 7, 4, 3, 5, 2, 2, 2


def check_names(source: str, content: bytes, records: Sequence[InvoiceRecord], asked: int) -> None:
    """Raises SourceProtocolError where a member is there twice; `asked` is how many members a record was to have.

    Where the shop left members out, one of another name may be there twice unseen.
    """
    most = _ENVELOPE + sum(asked + _parts(record) for record in records)
    if content.count(b":") > most and content.count(b'":') + content.count(b'" :') > most:
        check_names_once(source, content)


def _parts(record: InvoiceRecord) -> int:
    """The documented members of all objects within a record."""
    objects = (
        (record.rounding, _ROUNDING),
        (record.shipping_method, _METHOD),
        (record.payment_method, _METHOD),
        (record.billing_address, _BILLING),
        (record.shipping_address, _SHIPPING),
        (record.seller_address, _SELLER),
    )
    parts = sum(members for part, members in objects if part is not None)
    parts += _TAX_CLASS * len(record.taxes or ()) + _DISCOUNT * len(record.discounts or ())
    return parts + _parts_of(record.items or ())


def _parts_of(items: Iterable[Item]) -> int:
    return sum(_ITEM + (_PRICES if item.prices else 0) + (_ITEM_TAX if item.tax else 0) for item in items)
