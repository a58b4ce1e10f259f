"""Kruitbosch's rows as canonical invoices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from resolvers.model.identity import invoice_id
from resolvers.model.invoice import Invoice, InvoiceStatus, InvoiceType, Note, PaymentStatus, ValueOrigin
from resolvers.model.money import Money
from resolvers.model.reading import Reading
from resolvers.sources.kruitbosch.dates import read_date
from resolvers.sources.kruitbosch.mapping import identify, is_foreign, to_invoice
from resolvers.sources.kruitbosch.wire import OutstandingInvoice, parse_listing
from tests.sources.upstream import NOON, SAMPLES, account

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
ACCOUNT = account("wholesale", "10025")
SENTINEL = "/Date(-62135596800000-0000)/"


def mapped(record: OutstandingInvoice, currency: str | None = None) -> Invoice:
    return to_invoice(
        record,
        ACCOUNT,
        source="wholesale",
        source_invoice_id=identify(record) or "",
        currency=currency,
        zone=AMSTERDAM,
        fetched_at=NOON,
    )


def row(**values: str) -> OutstandingInvoice:
    usual = {
        "invoice_nr": "0070145",
        "customer_number": "10025",
        "currency_code": "EUR",
        "invoice_date": "/Date(1782856800000-0000)/",
        "due_date": "2026-07-31T00:00:00",
        "invoice_amount": "600.0000000",
        "payed_amount": "100",
        "balance_amount": "500.00",
    }
    return OutstandingInvoice(**(usual | values))


def test_a_row_is_read_whole() -> None:
    invoice = mapped(row())

    assert invoice.id == invoice_id("wholesale", "10025", "0070145")
    assert (invoice.number, invoice.source_invoice_id, invoice.customer_number) == ("0070145", "0070145", "10025")
    assert (invoice.issue_date, invoice.due_date) == (date(2026, 7, 1), date(2026, 7, 31))
    assert (invoice.currency_code, invoice.currency_origin) == ("EUR", ValueOrigin.SOURCE)
    assert [str(of and of.amount) for of in (invoice.total, invoice.amount_paid, invoice.amount_due)] == [
        "600.00",
        "100.00",
        "500.00",
    ]
    assert (invoice.type, invoice.status) == (InvoiceType.INVOICE, InvoiceStatus.OPEN)
    assert invoice.payment_status is PaymentStatus.PARTIALLY_PAID
    assert invoice.provenance.derived_fields == ["paymentStatus"]
    assert invoice.notes == []


def test_the_vendors_sample_has_no_dates_and_no_currency() -> None:
    content = (SAMPLES / "kruitbosch_outstanding_invoices.json").read_bytes()

    (invoice,) = [mapped(record) for record in parse_listing("wholesale", OutstandingInvoice, content).rows]

    assert invoice.notes == [
        Note("VALUE_UNRECOGNISED", "currencyCode", actual="String"),
        Note("CURRENCY_UNKNOWN", "currencyCode"),
        Note("DATE_SENTINEL", "issueDate", actual=SENTINEL),
        Note("DATE_SENTINEL", "dueDate", actual=SENTINEL),
    ]
    assert (invoice.issue_date, invoice.due_date) == (None, None)
    assert invoice.total == Money(Decimal("0.00"), "XXX")
    assert invoice.payment_status is PaymentStatus.PAID


def test_a_currency_that_is_none_gives_way_to_the_configured_one() -> None:
    invoice = mapped(row(currency_code="EURO"), currency="EUR")

    assert (invoice.currency_code, invoice.currency_origin) == ("EUR", ValueOrigin.CONFIGURED)
    assert [note.code for note in invoice.notes] == ["VALUE_UNRECOGNISED", "CURRENCY_ASSUMED"]


def test_amounts_take_the_decimals_of_the_rows_own_currency() -> None:
    invoice = mapped(row(currency_code="JPY", invoice_amount="600.0"), currency="EUR")

    assert str(invoice.total and invoice.total.amount) == "600"


@pytest.mark.parametrize("amount", ["true", "six", "1,50"])
def test_an_unreadable_amount_is_null_and_noted_and_the_invoice_stays(amount: str) -> None:
    invoice = mapped(row(payed_amount=amount))

    assert invoice.amount_paid is None
    assert invoice.notes == [Note("VALUE_UNREADABLE", "amountPaid", actual=amount)]


def test_an_amount_paid_that_was_not_stated_is_derived_and_says_so() -> None:
    invoice = mapped(OutstandingInvoice(invoice_nr="1", invoice_amount="10", balance_amount="4"), currency="EUR")

    assert invoice.amount_paid == Money(Decimal("6.00"), "EUR")
    assert invoice.provenance.derived_fields == ["paymentStatus", "amountPaid"]


def test_a_row_without_anything_but_its_number_is_an_invoice_still() -> None:
    invoice = mapped(OutstandingInvoice(invoice_nr="1"), currency="EUR")

    assert (invoice.total, invoice.issue_date, invoice.customer_number) == (None, None, None)
    assert invoice.payment_status is PaymentStatus.UNKNOWN
    assert invoice.type is InvoiceType.INVOICE


def test_a_row_is_foreign_only_where_it_names_another_customer() -> None:
    assert is_foreign(row(customer_number="10026"), ACCOUNT)
    assert not is_foreign(row(customer_number=" 10025 "), ACCOUNT)
    assert not is_foreign(OutstandingInvoice(invoice_nr="1"), ACCOUNT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/Date(1782856800000-0000)/", date(2026, 7, 1)),  # 22:00 in UTC is midnight in Amsterdam
        ("/Date(1782856800000)/", date(2026, 7, 1)),
        ("/Date(1782856800000+0200)/", date(2026, 7, 1)),
        ("/Date(-1000)/", date(1970, 1, 1)),
        ("2026-07-01", date(2026, 7, 1)),
        ("2026-07-01T00:00:00", date(2026, 7, 1)),
        ("2026-07-01T00:00:00.0000000", date(2026, 7, 1)),
        ("2026-06-30T22:00:00Z", date(2026, 7, 1)),
        ("2026-06-30 22:00:00Z", date(2026, 7, 1)),
        ("2026-06-30T22:00:00.0000000+00:00", date(2026, 7, 1)),
        ("2026-07-01T00:00:00+0200", date(2026, 7, 1)),
    ],
)
def test_every_form_of_a_date_is_its_day_in_amsterdam(text: str, expected: date) -> None:
    reading = Reading()

    assert read_date(reading, "dueDate", text, AMSTERDAM) == expected
    assert reading.notes == []


@pytest.mark.parametrize("zone", [AMSTERDAM, LOS_ANGELES])
@pytest.mark.parametrize(
    "text",
    [
        SENTINEL,
        "/Date(-62135596800000)/",
        "/Date(-62135600372000+0100)/",
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00Z",
    ],
)
def test_the_year_1_is_no_date_in_any_zone(text: str, zone: ZoneInfo) -> None:
    reading = Reading()

    assert read_date(reading, "dueDate", text, zone) is None
    assert reading.notes == [Note("DATE_SENTINEL", "dueDate", actual=text)]


@pytest.mark.parametrize(
    "text",
    ["/Date(x)/", "/Date(999999999999999999)/", "/Date(253402300799999)/", "2026-02-30", "2026-02-30T00:00:00Z", "now"],
)
def test_what_is_no_date_is_null_and_noted(text: str) -> None:
    reading = Reading()

    assert read_date(reading, "dueDate", text, AMSTERDAM) is None
    assert reading.notes == [Note("DATE_UNPARSEABLE", "dueDate", actual=text)]


@pytest.mark.parametrize("text", [None, "", "  "])
def test_no_text_is_no_date_and_no_note(text: str | None) -> None:
    reading = Reading()

    assert read_date(reading, "dueDate", text, AMSTERDAM) is None
    assert reading.notes == []
