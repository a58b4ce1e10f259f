"""The vendors' own printed samples, and exactly the warnings that each has where no currency is configured."""

from __future__ import annotations

import re
from datetime import UTC
from zoneinfo import ZoneInfo

import msgspec

from resolvers.model.invoice import Invoice
from resolvers.sources.kruitbosch import mapping as kruitbosch
from resolvers.sources.kruitbosch.wire import OutstandingInvoice
from resolvers.sources.netforum import mapping as netforum
from resolvers.sources.netforum.soap import result_of
from resolvers.sources.netforum.wire import LIST_OPERATION, OpenInvoice, parse_open_invoices
from resolvers.sources.open2b import mapping as open2b
from resolvers.sources.open2b.projection import FIELDS, members_to_read
from resolvers.sources.open2b.reply import ReplyContext
from resolvers.sources.open2b.wire import parse_invoices
from resolvers.sources.seansworld import mapping as seansworld
from resolvers.sources.seansworld.wire import parse_invoice
from resolvers.transport.xml import parse_xml
from tests.quality.invoices import told
from tests.sources.upstream import NOON, SAMPLES, account

CURRENCY_UNKNOWN = ("CURRENCY_UNKNOWN", "currencyCode", None, None)

NETFORUM_JSON = """
{
"Results": {
"@recordReturn": "2"
"Result": [
{
"inv_key": "647d5680-bc65-465e-887b-87b94a57f97f",
"inv_date": "08/31/2022",
"inv_code_cp": "60289",
"inv_total": "11.00",
"inv_paid": "0.00",
"inv_balance": "11.00",
"inv_amount_due": "11.00",
"mbt_code": " CB_Inst Mbr ",
},
{
"inv_key": "0c268e5e-2afb-4df4-870e-2da63f065cb7",
"inv_date": "08/31/2022",
"inv_code_cp": "60290",
"inv_total": "10.00",
"inv_paid": "0.00",
"inv_balance": "10.00",
"inv_amount_due": "10.00",
"mbt_code": null
}
]
}
}
"""
NETFORUM_MENDED = (('"2"\n"Result"', '"2",\n"Result"'), (' ",\n}', ' "\n}'))
"""A comma that the page forgets, and one that it has too many."""

OPEN2B_REMOVED = (r" //[^\n]*", r", …(?= \])")
"""What Open2b's page prints and no JSON can hold: comments, and the elision of further elements."""

KRUITBOSCH_ROW = OutstandingInvoice(
    invoice_nr="String",
    customer_number="String",
    invoice_date="0001-01-01T00:00:00",
    due_date="0001-01-01T00:00:00",
    currency_code="String",
    invoice_amount="0",
    payed_amount="0",
    balance_amount="0",
)
"""The texts of the printed XML's one row."""


def from_netforum(record: OpenInvoice) -> Invoice:
    of = account("dues", "cec29726-4a26-4c07-9162-048020e42241")
    key = netforum.identify(record)
    assert key is not None
    return netforum.OpenList("dues", of, None, UTC, NOON).to_invoice(record, key)


def test_netforums_soap_rows_have_none() -> None:
    envelope = parse_xml("dues", (SAMPLES / "netforum_open_invoices.xml").read_bytes())

    rows = parse_open_invoices("dues", result_of("dues", envelope[1][0], LIST_OPERATION)).rows

    assert [told(from_netforum(row)) for row in rows] == [[CURRENCY_UNKNOWN], [CURRENCY_UNKNOWN]]


def test_netforums_json_rows_have_a_membership_code_with_blanks_around_it() -> None:
    text = NETFORUM_JSON
    for printed, mended in NETFORUM_MENDED:
        assert text.count(printed) == 1
        text = text.replace(printed, mended)

    rows = msgspec.convert(msgspec.json.decode(text)["Results"]["Result"], list[OpenInvoice])

    assert [told(from_netforum(row)) for row in rows] == [
        [CURRENCY_UNKNOWN, ("TEXT_TRIMMED", "membershipCode", "CB_Inst Mbr", " CB_Inst Mbr ")],
        [CURRENCY_UNKNOWN],
    ]


def test_open2bs_invoice_adds_up_nowhere() -> None:
    text = (SAMPLES / "open2b_invoices.txt").read_text()
    for removed in OPEN2B_REMOVED:
        text = re.sub(removed, "", text)
    (record,) = parse_invoices("webstore", text.encode(), members_to_read(FIELDS)).records
    reply = ReplyContext(
        source="webstore",
        account=account("webstore", "4711"),
        currency=None,
        zone=ZoneInfo("Europe/Rome"),
        wanted=FIELDS,
        fetched_at=NOON,
    )

    invoice = open2b.to_invoice(record, "662705500", reply)

    assert told(invoice) == [
        CURRENCY_UNKNOWN,
        ("TAXED_PRICE_EQUALS_NET", "lines.0.unitPrice", None, None),
        ("TAXED_PRICE_EQUALS_NET", "lines.0.total", None, None),
        ("TAX_RATE_MISMATCH", "lines.0.tax.amount", "32.11", "112.66"),
        ("LINE_SUM_MISMATCH", "totals.prediscountSubtotal.net", "168.99", "69.54"),
        ("DISCOUNT_NOT_APPLIED", "totals.subtotal.net", None, None),
        ("TOTAL_MISMATCH", "totals.total.net", "79.31", "89.23"),
        ("TAX_RATE_MISMATCH", "taxes.0.amount", "16.95", "31.25"),
        ("FIELD_OUT_OF_CONTEXT", "shipment", None, None),
        ("SELLER_IS_BUYER", "sellerAddress", None, None),
    ]


def test_seansworlds_document_is_repaired_and_twenty_cents_off() -> None:
    record = parse_invoice("orders", (SAMPLES / "seansworld_invoice.xml").read_bytes())
    assert record is not None

    invoice = seansworld.to_invoice(
        record, account("orders", "212215"), source="orders", currency=None, strict_dates=False, fetched_at=NOON
    )

    assert told(invoice) == [
        ("DOCUMENT_REPAIRED", None, None, None),
        ("DATE_REPAIRED", "shipDate", "01/26/2015", "o1/26/2015"),
        CURRENCY_UNKNOWN,
        ("TOTAL_MISMATCH", "total", "43.29", "43.49"),
    ]


def test_kruitboschs_row_has_no_dates_and_no_currency() -> None:
    invoice = kruitbosch.to_invoice(
        KRUITBOSCH_ROW,
        account("wholesale", "String"),
        source="wholesale",
        source_invoice_id="String",
        currency=None,
        zone=ZoneInfo("Europe/Amsterdam"),
        fetched_at=NOON,
    )

    assert told(invoice) == [
        ("DATE_SENTINEL", "issueDate", None, "0001-01-01T00:00:00"),
        ("DATE_SENTINEL", "dueDate", None, "0001-01-01T00:00:00"),
        ("VALUE_UNRECOGNISED", "currencyCode", None, "String"),
        CURRENCY_UNKNOWN,
    ]
