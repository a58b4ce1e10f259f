"""Open2b's outlines by the column are those of each record by itself, their notes included."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.model.invoice import Invoice, Note, PaymentStatus
from resolvers.model.reading import OddColumn
from resolvers.sources.open2b.currency import ShopCurrencies
from resolvers.sources.open2b.mapping import to_invoice, to_invoices
from resolvers.sources.open2b.outline import outlines_by_column
from resolvers.sources.open2b.projection import members_to_read
from resolvers.sources.open2b.reply import ReplyContext
from resolvers.sources.open2b.wire import InvoiceRecord, parse_invoices
from tests.sources.upstream import NOON, account

Row = dict[str, str]
"""A record's members, their values as JSON."""

OUTLINE = frozenset({"number", "type", "status", "sourceStatus", "paymentStatus", "issueDate", "dueDate", "total"})
USUAL: Row = {
    "number": '"2026/1"',
    "type": '"Invoice"',
    "status": '"Sent"',
    "issueDate": '"2026-07-01"',
    "dueDate": '"2026-07-31"',
    "taxedTotal": "12.20",
}
_ODD = {
    "number": ['" 7 "', '"\\u00a07"'],
    "type": ['"Receipt"', '" Invoice"', '""'],
    "status": ['"Paid"', '"Sent "', '" "'],
    "issueDate": ['"0001-01-01"', '"2026-02-30"', '"2026-W10-1"', f'"2026-07-01 {"0" * 41}"'],
    "dueDate": ['"soon"', '"31/07/2026"'],
    "taxedTotal": ["12.345", "1e2", '"12.20"', '"six"', "true", "[1.00,2.00]", "1" * 19, "1" * 41],
}
_DATES = ['"2026-07-01"', '"2026-07-01T10:00:00"', '"2026-06-30T22:00:00Z"', '"2026-12-31 "', '""', "null"]
_also_usual = {
    "number": st.text(max_size=4).map(json.dumps) | st.sampled_from(["null", '""']),
    "type": st.sampled_from(['"Proforma"', '"CreditNote"', '"ShippingInvoice"', "null"]),
    "status": st.sampled_from(['"Open"', '"Cancelled"', "null", '""']),
    "issueDate": st.sampled_from(_DATES),
    "dueDate": st.sampled_from(_DATES),
    "taxedTotal": st.sampled_from(["12", "-0.5", "0", "-0.00", "null", "123456789012345678.90"]),
}
_values = {name: st.just(value) | _also_usual[name] for name, value in USUAL.items()}
_usual_rows = st.fixed_dictionaries(_values)
_odd_rows = st.fixed_dictionaries(
    {}, optional={name: usual | st.sampled_from(_ODD[name]) for name, usual in _values.items()}
)
_rows = st.lists(_usual_rows, max_size=4) | st.lists(_usual_rows | _odd_rows, max_size=4)
_shops = st.none() | st.just(ShopCurrencies("JPY", {"en-gb": "GBP"}))


def _reply(fields: frozenset[str], currency: str | None = "EUR", shop: ShopCurrencies | None = None) -> ReplyContext:
    return ReplyContext(
        source="webstore",
        account=account("webstore", "4711"),
        currency=currency,
        shop=shop,
        zone=ZoneInfo("Europe/Rome"),
        wanted=fields,
        fetched_at=NOON,
    )


def _records(rows: list[Row], fields: frozenset[str] = OUTLINE) -> dict[str, InvoiceRecord]:
    written = ("{" + ",".join(f'"{name}":{value}' for name, value in row.items()) + "}" for row in rows)
    body = f'{{"status":"ok","invoices":[{",".join(written)}]}}'
    records = parse_invoices("webstore", body.encode(), members_to_read(fields)).records
    return {str(number): record for number, record in enumerate(records, 1)}


def _one_by_one(records: dict[str, InvoiceRecord], reply: ReplyContext) -> list[Invoice]:
    return [to_invoice(record, id_, reply) for id_, record in records.items()]


@given(
    rows=_rows,
    fields=st.sets(st.sampled_from(sorted(OUTLINE))).map(frozenset),
    currency=st.sampled_from(["EUR", "JPY", "KWD", None]),
    shop=_shops,
)
def test_outlines_are_those_of_each_record_by_itself(
    rows: list[Row], fields: frozenset[str], currency: str | None, shop: ShopCurrencies | None
) -> None:
    records = _records(rows, fields)
    expected = _one_by_one(records, _reply(fields, currency, shop))

    assert [*to_invoices(dict(records), _reply(fields, currency, shop))] == expected


def test_usual_records_are_read_by_the_column_and_say_alike_in_one_object() -> None:
    others = {"type": '"Proforma"', "status": "null", "taxedTotal": "-7", "dueDate": "null"}
    records, reply = _records([USUAL, USUAL | others, USUAL | {"taxedTotal": "null"}]), _reply(OUTLINE)

    invoices = outlines_by_column(dict(records), reply, [None] * 3)

    assert invoices == _one_by_one(records, reply)
    assert [invoice.payment_status for invoice in invoices] == [
        PaymentStatus.UNKNOWN,
        PaymentStatus.NOT_APPLICABLE,
        PaymentStatus.UNKNOWN,
    ]
    assert invoices[0].notes is invoices[1].notes
    assert invoices[0].provenance is invoices[1].provenance


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in _ODD.items() for value in values])
def test_an_odd_value_is_read_by_itself_among_usual_ones(name: str, value: str) -> None:
    records, reply = _records([USUAL, USUAL | {name: value}]), _reply(OUTLINE)

    with pytest.raises(OddColumn):
        outlines_by_column(records, reply, [None] * 2)

    assert [*to_invoices(dict(records), reply)] == _one_by_one(records, reply)


def test_many_outlines_are_those_of_each_record_by_itself_and_the_records_go() -> None:
    records = _records([USUAL | {"number": f'"{number}"'} for number in range(150)])
    expected = _one_by_one(records, _reply(OUTLINE))

    assert to_invoices(records, _reply(OUTLINE)) == expected
    assert not records


def test_an_odd_record_among_many_costs_no_other_its_value() -> None:
    rows = [USUAL | {"number": f'"{number}"'} for number in range(150)]
    rows[70] |= {"taxedTotal": '"six"', "status": '"Paid"'}
    records = _records(rows)
    expected = _one_by_one(records, _reply(OUTLINE))

    invoices = [*to_invoices(records, _reply(OUTLINE))]

    assert invoices == expected
    assert not records  # none is kept beside its invoice
    assert [number for number, invoice in enumerate(invoices) if len(invoice.notes) > 1] == [70]
    assert Note("VALUE_UNREADABLE", "total", actual="six") in invoices[70].notes
