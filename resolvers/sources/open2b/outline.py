"""What most lists are asked for of an invoice: number, type, status, dates, total. Pure.

Records that are alike are read by the column, which is what reading them one by one comes to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from itertools import repeat

from msgspec.structs import replace

from resolvers.model.customer import Account
from resolvers.model.invoice import Invoice, InvoiceLine, InvoiceStatus, InvoiceType
from resolvers.model.money import Money
from resolvers.model.payment import payment_status
from resolvers.model.reading import OddColumn, Reading, dates_of, texts_of
from resolvers.sources.open2b.amounts import read_money
from resolvers.sources.open2b.columns import amounts_of
from resolvers.sources.open2b.reply import ReplyContext
from resolvers.sources.open2b.wire import InvoiceRecord
from resolvers.sources.open2b.words import STATUSES, TYPES

_Lines = Sequence[InvoiceLine] | None
_UNKNOWN_TYPE = InvoiceType.UNKNOWN
_UNKNOWN_STATUS = InvoiceStatus.UNKNOWN
_NOTHING: Iterable[None] = repeat(None)
_NO_REPLY = ReplyContext(
    source="",
    account=Account(id="", source="", key="", customer_id=""),
    currency=None,
    zone=UTC,
    wanted=frozenset(),
    fetched_at=datetime.min.replace(tzinfo=UTC),
)


def to_outline(
    record: InvoiceRecord, source_invoice_id: str, reply: ReplyContext, reading: Reading, lines: _Lines
) -> Invoice:
    """The outline of one record, value by value; members that were not asked for become None."""
    total = read_money(reading, "total", record.taxed_total)
    type_ = reading.word("type", record.type, TYPES, _UNKNOWN_TYPE) or _UNKNOWN_TYPE
    source_status = reading.text("sourceStatus", record.status)
    status = reading.word("status", source_status, STATUSES, _UNKNOWN_STATUS) or _UNKNOWN_STATUS
    return Invoice(
        source=reply.source,
        account_key=reply.account.key,
        account_id=reply.account.id,
        source_invoice_id=source_invoice_id,
        number=reading.text("number", record.number),
        type=type_,
        status=status,
        source_status=source_status,
        payment_status=payment_status(type_, status, None, None),
        issue_date=reading.iso_date("issueDate", record.issue_date, reply.zone),
        due_date=reading.iso_date("dueDate", record.due_date, reply.zone),
        currency_code=reply.currency_code,
        currency_origin=reply.currency_origin,
        total=total,
        lines=lines,
        provenance=reply.provenance("paymentStatus"),
        notes=reading.notes,
    )


def outlines_by_column(
    records: dict[str, InvoiceRecord], reply: ReplyContext, lines: Iterable[_Lines]
) -> list[Invoice]:
    """The outlines of records by their identifiers, as `to_outline` makes each; `records` is emptied.

    Raises OddColumn where something would be noted of one that is not noted of all.
    """
    rows = [*records.values()]
    read = type(rows[0]).__struct_fields__ if rows else ()
    numbers: Iterable[str | None] = texts_of([row.number for row in rows]) if "number" in read else _NOTHING
    issued = _dates([row.issue_date for row in rows], reply) if "issue_date" in read else _NOTHING
    due = _dates([row.due_date for row in rows], reply) if "due_date" in read else _NOTHING
    totals = _totals(rows, reply.currency_code) if "taxed_total" in read else _NOTHING
    is_of_kinds = "type" in read or "status" in read
    kinds = _kinds(rows, reply) if is_of_kinds else repeat(_kind(None, None, reply))
    columns = zip(kinds, [*records], numbers, issued, due, totals, lines, strict=False)
    records.clear()
    rows.clear()  # what they held is room for the invoices
    return [
        replace(
            kind,
            source_invoice_id=id_,
            number=number,
            issue_date=issue_date,
            due_date=due_date,
            total=total,
            lines=of_one,
        )
        for kind, id_, number, issue_date, due_date, total, of_one in columns
    ]


def _kinds(rows: Sequence[InvoiceRecord], reply: ReplyContext) -> list[Invoice]:
    """Of each record what all of its type and status have in common. Raises OddColumn."""
    kinds = {words: _kind(*words, reply) for words in {(row.type, row.status) for row in rows}}
    return [kinds[row.type, row.status] for row in rows]


def _kind(type_: str | None, status: str | None, reply: ReplyContext) -> Invoice:
    """The outline of a record of the reply that has nothing but these. Raises OddColumn as `_blank`."""
    blank = _blank(type_, status)
    return replace(
        blank,
        source=reply.source,
        account_key=reply.account.key,
        account_id=reply.account.id,
        currency_code=reply.currency_code,
        currency_origin=reply.currency_origin,
        provenance=reply.provenance(*blank.provenance.derived_fields),
        notes=reply.begin(None).notes,
    )


@cache
def _blank(type_: str | None, status: str | None) -> Invoice:
    """What is alike in all replies. Raises OddColumn where the vendor lists no such words."""
    if (type_ is not None and type_ not in TYPES) or (status is not None and status not in STATUSES):
        raise OddColumn
    return to_outline(InvoiceRecord(type=type_, status=status), "", _NO_REPLY, Reading(), None)


def _dates(values: Iterable[str | None], reply: ReplyContext) -> Iterable[date | None]:
    return dates_of(values, Reading.iso_date, reply.zone)


def _totals(rows: Sequence[InvoiceRecord], currency_code: str) -> Iterable[Money | None]:
    amounts = amounts_of([row.taxed_total for row in rows], currency_code)
    if amounts is None:
        return _NOTHING
    return [None if text is None else Money(Decimal(text), currency_code) for text in amounts.texts]
