"""Open2b's records to canonical invoices: outline, lines and particulars, each read in a file beside this one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import repeat

from resolvers.model.invoice import Invoice, InvoiceLine
from resolvers.model.reading import OddColumn
from resolvers.model.rows import Rows, distinct
from resolvers.sources.json_text import scalar_text
from resolvers.sources.open2b.lines import lines_together, to_lines
from resolvers.sources.open2b.outline import outlines_by_column, to_outline
from resolvers.sources.open2b.particulars import with_particulars
from resolvers.sources.open2b.reply import ReplyContext
from resolvers.sources.open2b.wire import InvoiceRecord

_Lines = Sequence[InvoiceLine] | None
_ID = re.compile(r"[1-9]\d{0,18}+", re.ASCII)
_IDS = re.compile(rf"{_ID.pattern}(?:,{_ID.pattern})*+", re.ASCII)
_AT_ONCE = 64
"""So many invoices with lines, or among odd ones, are read together."""


def identify(record: InvoiceRecord) -> str | None:
    """The invoice's own identifier, a whole number from 1 as it was written; None where the row has none."""
    text = scalar_text(record.id)
    return text if text is not None and is_invoice_id(text) else None


def is_invoice_id(text: str) -> bool:
    """Whether the vendor could have given such an identifier."""
    return _ID.fullmatch(text) is not None


def by_identifier(records: Sequence[InvoiceRecord]) -> Rows[InvoiceRecord]:
    """The records as `distinct` gives them by `identify`; looked at one by one only where that makes a difference."""
    joined = b",".join([record.id for record in records]).decode()
    ids = joined.split(",")
    if _IDS.fullmatch(joined) and len(kept := dict(zip(ids, records, strict=True))) == len(records):
        return Rows(kept, repeated=0, dropped=0)
    return distinct(records, identify)


def to_invoices(rows: dict[str, InvoiceRecord], reply: ReplyContext) -> list[Invoice]:
    """The invoices of the records by their identifiers, in their order; `rows` is emptied where they are many."""
    if len(rows) <= _AT_ONCE:
        return _together(rows, reply)
    if reply.is_outline and not reply.has_lines:
        try:
            return outlines_by_column(rows, reply, repeat(None))
        except OddColumn:
            pass
    ids = [*rows]
    batches = (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
    return [invoice for batch in batches for invoice in _together({id_: rows.pop(id_) for id_ in batch}, reply)]


def to_invoice(record: InvoiceRecord, source_invoice_id: str, reply: ReplyContext, lines: _Lines = None) -> Invoice:
    """The invoice of one record, its lines read already or not; members that were not asked for become None."""
    reading = reply.begin(record.locale)
    outline = to_outline(record, source_invoice_id, reply, reading, lines or to_lines(reading, record.items))
    return outline if reply.is_outline else with_particulars(outline, reading, record, reply)


def _together(records: dict[str, InvoiceRecord], reply: ReplyContext) -> list[Invoice]:
    """What `to_invoice` makes of each record: by the column, or record by record where one of them is odd."""
    known: Iterable[_Lines] | None = repeat(None)
    if reply.has_lines:
        known = lines_together([record.items for record in records.values()], reply.currency_code)
    if known is not None and reply.is_outline:
        try:
            return outlines_by_column(records, reply, known)
        except OddColumn:
            pass
    return [
        to_invoice(record, id_, reply, of_one)
        for (id_, record), of_one in zip(records.items(), known or repeat(None), strict=False)
    ]
