"""Shoxl over REST: the amounts that its doubles stand for."""

from __future__ import annotations

from decimal import Decimal

import pytest

from resolvers.model.invoice import (
    InvoiceStatus,
    PaymentStatus,
)
from tests.sources.shoxl_rest import only, page, row


async def test_an_amount_keeps_every_digit() -> None:
    invoice = await only(page(row(totalPrice="12345678901234567.89", totalOutstanding="0.01")))

    assert str(invoice.total and invoice.total.amount) == "12345678901234567.89"
    assert str(invoice.amount_paid and invoice.amount_paid.amount) == "12345678901234567.88"


@pytest.mark.parametrize(
    "residue", ["2.842170943040401E-14", "-2.842170943040401e-14", "0.000000000931322574615478515625"]
)
async def test_what_a_doubles_arithmetic_leaves_of_a_paid_invoice_is_nothing(residue: str) -> None:
    invoice = await only(page(row(totalPrice="600.0", totalOutstanding=residue)))

    assert [str(of and of.amount) for of in (invoice.amount_due, invoice.amount_paid)] == ["0.00", "600.00"]
    assert (invoice.status, invoice.payment_status) == (InvoiceStatus.CLOSED, PaymentStatus.PAID)


@pytest.mark.parametrize(
    ("total", "residue"),
    [
        ("83432377.82", "-1.1175870895385742e-08"),
        ("528749735.16", "5.960464477539063e-08"),
        ("8.343237782E7", "-1.1175870895385742E-8"),
        ('"528749735.16"', "5.960464477539063e-08"),
        ("-83432377.82", "1.1175870895385742e-08"),
    ],
)
async def test_what_is_left_of_a_great_invoice_is_measured_by_its_total(total: str, residue: str) -> None:
    invoice = await only(page(row(totalPrice=total, totalOutstanding=residue)))

    assert str(invoice.amount_due and invoice.amount_due.amount) == "0.00"
    assert invoice.payment_status is PaymentStatus.PAID


@pytest.mark.parametrize("total", ["600", "null", '"six"', "true", "{}", "1E99", "9" * 99])
async def test_digits_that_no_total_of_the_row_explains_are_kept(total: str) -> None:
    invoice = await only(page(row(totalPrice=total, totalOutstanding="5.9E-8")))

    assert invoice.amount_due is not None
    assert invoice.amount_due.amount == Decimal("5.9E-8")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0.30000000000000004", "0.30"),
        ("0.7999999999999999", "0.80"),
        ("-1234.5600000000002", "-1234.56"),
        ("12345678.900000002", "12345678.90"),
        ("1234567890.1200001", "1234567890.12"),
        ("123456789012345678901234567890.1200000", "123456789012345678901234567890.12"),
        ("600.0000000", "600.00"),
    ],
)
async def test_an_amount_is_the_one_that_its_double_stands_for(written: str, meant: str) -> None:
    invoice = await only(page(row(totalPrice=written)))

    assert str(invoice.total and invoice.total.amount) == meant
    assert "SCALE_EXCESS" not in {note.code for note in invoice.notes}


@pytest.mark.parametrize("written", ["0.1234567", "12.12345678", "0.00000001", "1.5E-7"])
async def test_digits_that_no_double_leaves_behind_are_kept(written: str) -> None:
    invoice = await only(page(row(totalPrice=written)))

    assert invoice.total is not None
    assert invoice.total.amount == Decimal(written)
    assert "SCALE_EXCESS" in {note.code for note in invoice.notes}


@pytest.mark.parametrize(
    ("written", "told"), [("0.30100000000000005", "0.301"), ("1E-3", "0.001"), ("-7.812500000000001", "-7.8125")]
)
async def test_an_amount_with_more_decimals_than_its_currency_gets_none_that_nobody_wrote(
    written: str, told: str
) -> None:
    invoice = await only(page(row(totalPrice=written)))

    assert str(invoice.total and invoice.total.amount) == told
    assert [(note.code, note.actual) for note in invoice.notes if note.path == "total"] == [("SCALE_EXCESS", told)]


@pytest.mark.parametrize("amount", ['"six"', "true", "{}", "[1]", f"{'1' * 100}.1234567"])
async def test_an_unreadable_amount_costs_only_itself(amount: str) -> None:
    invoice = await only(page(row(totalPrice="6", totalOutstanding=amount)))

    assert (invoice.amount_due, invoice.amount_paid) == (None, None)
    assert [(note.code, note.path) for note in invoice.notes][1:] == [("VALUE_UNREADABLE", "amountDue")]
