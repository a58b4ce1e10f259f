"""netFORUM's rows as canonical invoices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from resolvers.model.customer import Account
from resolvers.model.identity import invoice_id
from resolvers.model.invoice import Invoice, InvoiceStatus, InvoiceType, Note, PaymentStatus, ValueOrigin
from resolvers.model.money import Money
from resolvers.sources.netforum.mapping import OpenList, identify
from resolvers.sources.netforum.soap import result_of
from resolvers.sources.netforum.wire import LIST_OPERATION, OpenInvoice, parse_open_invoices
from resolvers.transport.xml import parse_xml
from tests.sources.upstream import NOON, SAMPLES, account

KEY = "cec29726-4a26-4c07-9162-048020e42241"
NEW_YORK = ZoneInfo("America/New_York")
ACCOUNT: Account = account("dues", KEY)
ASSUMED = Note("CURRENCY_ASSUMED", "currencyCode")


def mapped(record: OpenInvoice, currency: str | None = "USD") -> Invoice:
    return OpenList("dues", ACCOUNT, currency, NEW_YORK, NOON).to_invoice(record, identify(record) or "")


def row(**values: str) -> OpenInvoice:
    return OpenInvoice(**({"inv_key": "k", "inv_total": "10.00", "inv_paid": "4.00", "inv_balance": "6.00"} | values))


def sample() -> list[OpenInvoice]:
    envelope = parse_xml("dues", (SAMPLES / "netforum_open_invoices.xml").read_bytes())
    return parse_open_invoices("dues", result_of("dues", envelope[1][0], LIST_OPERATION)).rows


def test_the_vendors_first_row_is_read_whole() -> None:
    invoice = mapped(sample()[0])

    assert invoice.source_invoice_id == "83a4965c-ae53-4d4d-a725-ef4069c399ab"
    assert invoice.id == invoice_id("dues", KEY, "83a4965c-ae53-4d4d-a725-ef4069c399ab")
    assert (invoice.account_id, invoice.account_key) == (ACCOUNT.id, KEY)
    assert invoice.number == "70145"
    assert invoice.issue_date == date(2011, 11, 3)
    assert str(invoice.total and invoice.total.amount) == "600.00"
    assert str(invoice.amount_paid and invoice.amount_paid.amount) == "0.00"
    assert str(invoice.amount_due and invoice.amount_due.amount) == "600.00"
    assert invoice.membership_code == "AV_Inst Mbr"
    assert (invoice.type, invoice.status) == (InvoiceType.INVOICE, InvoiceStatus.OPEN)
    assert invoice.payment_status is PaymentStatus.UNPAID
    assert (invoice.currency_code, invoice.currency_origin) == ("USD", ValueOrigin.CONFIGURED)
    assert invoice.provenance.operation == "WEBCentralizedShoppingCartOpenInvoiceGetList"
    assert invoice.provenance.derived_fields == ["paymentStatus"]


def test_the_vendors_second_row_is_partially_paid_and_has_no_membership() -> None:
    invoice = mapped(sample()[1])

    assert invoice.amount_due == Money(Decimal("177.60"), "USD")
    assert invoice.payment_status is PaymentStatus.PARTIALLY_PAID
    assert invoice.membership_code is None


def test_the_vendors_rows_have_no_oddity_but_the_currency_that_nobody_states() -> None:
    assert [mapped(record).notes for record in sample()] == [[ASSUMED], [ASSUMED]]
    assert [mapped(record, currency=None).notes for record in sample()] == [
        [Note("CURRENCY_UNKNOWN", "currencyCode")]
    ] * 2


def test_without_a_currency_amounts_are_in_xxx() -> None:
    invoice = mapped(row(), currency=None)

    assert (invoice.currency_code, invoice.currency_origin) == ("XXX", ValueOrigin.UNKNOWN)
    assert invoice.total == Money(Decimal("10.00"), "XXX")


def test_a_number_keeps_its_leading_zeros_and_a_large_amount_every_digit() -> None:
    invoice = mapped(row(inv_code_cp="0070145", inv_total="12345678901234567.89"))

    assert invoice.number == "0070145"
    assert str(invoice.total and invoice.total.amount) == "12345678901234567.89"


def test_a_number_that_is_nobodys_amount_is_unreadable_and_breaks_nothing() -> None:
    invoice = mapped(row(inv_total="1e99", inv_paid="0", inv_balance="-1e-99"))

    assert (invoice.total, invoice.amount_due) == (None, None)
    assert [note.code for note in invoice.notes] == ["CURRENCY_ASSUMED", "VALUE_UNREADABLE", "VALUE_UNREADABLE"]


def test_a_digit_beyond_the_currencys_is_kept_and_noted() -> None:
    invoice = mapped(row(inv_total="10.0050"))

    assert str(invoice.total and invoice.total.amount) == "10.0050"
    assert Note("SCALE_EXCESS", "total", actual="10.0050") in invoice.notes


def test_a_padded_membership_code_is_trimmed_and_noted() -> None:
    invoice = mapped(row(mbt_code=" CB_Inst Mbr "))

    assert invoice.membership_code == "CB_Inst Mbr"
    assert Note("TEXT_TRIMMED", "membershipCode", "CB_Inst Mbr", " CB_Inst Mbr ") in invoice.notes


def test_a_key_is_told_in_lower_case() -> None:
    assert (
        identify(OpenInvoice(inv_key=" 83A4965C-AE53-4D4D-A725-EF4069C399AB "))
        == "83a4965c-ae53-4d4d-a725-ef4069c399ab"
    )
    assert identify(OpenInvoice(inv_key=" ")) is None


def test_a_date_with_a_time_is_its_day() -> None:
    assert mapped(row(inv_date="10/24/2011 11:46:16 AM")).issue_date == date(2011, 10, 24)


@pytest.mark.parametrize("written", ["2011-11-03", "2011-11-03T00:00:00", " 2011-11-03 00:00:00 "])
def test_a_date_that_begins_with_its_year_is_read_as_other_tenants_write_it(written: str) -> None:
    invoice = mapped(row(inv_date=written))

    assert (invoice.issue_date, invoice.notes) == (date(2011, 11, 3), [ASSUMED])


def test_an_instant_is_a_day_of_the_tenants_zone() -> None:
    assert mapped(row(inv_date="2026-07-02T02:00:00Z")).issue_date == date(2026, 7, 1)


def test_an_unreadable_date_leaves_the_invoice_in_place() -> None:
    invoice = mapped(row(inv_date="31/08/2022"))

    assert invoice.issue_date is None
    assert Note("DATE_UNPARSEABLE", "issueDate", actual="31/08/2022") in invoice.notes


def test_an_unreadable_amount_stays_null_and_is_not_derived() -> None:
    invoice = mapped(row(inv_balance="six"))

    assert invoice.amount_due is None
    assert invoice.payment_status is PaymentStatus.UNKNOWN
    assert Note("VALUE_UNREADABLE", "amountDue", actual="six") in invoice.notes


def test_an_amount_due_that_was_not_stated_is_derived_and_says_so() -> None:
    invoice = mapped(OpenInvoice(inv_key="k", inv_total="10.00", inv_paid="4.00"))

    assert invoice.amount_due == Money(Decimal("6.00"), "USD")
    assert invoice.provenance.derived_fields == ["paymentStatus", "amountDue"]


def test_a_negative_total_makes_a_credit_note_with_its_sign_and_says_so() -> None:
    invoice = mapped(row(inv_total="-10.00", inv_paid="0.00", inv_balance="-10.00"))

    assert invoice.type is InvoiceType.CREDIT_NOTE
    assert invoice.total == Money(Decimal("-10.00"), "USD")
    assert invoice.payment_status is PaymentStatus.UNPAID
    assert invoice.provenance.derived_fields == ["paymentStatus", "type"]


def test_an_amount_due_that_is_stated_twice_and_differently_is_a_conflict_and_the_balance_wins() -> None:
    invoice = mapped(row(inv_amount_due="5.00"))

    assert invoice.amount_due == Money(Decimal("6.00"), "USD")
    assert Note("AMOUNT_DUE_CONFLICT", "amountDue", expected="5.00", actual="6.00") in invoice.notes


def test_an_amount_due_that_is_stated_twice_with_other_zeros_is_no_conflict() -> None:
    assert mapped(row(inv_amount_due="6.0000")).notes == [ASSUMED]


def test_an_amount_due_without_a_balance_is_what_is_due() -> None:
    invoice = mapped(OpenInvoice(inv_key="k", inv_total="10.00", inv_amount_due="6.00"))

    assert invoice.amount_due == Money(Decimal("6.00"), "USD")
    assert invoice.amount_paid == Money(Decimal("4.00"), "USD")
