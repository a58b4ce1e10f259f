"""Paid or not, overdue or not: the table of rules, row by row."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from resolvers.model.invoice import Invoice, InvoiceStatus, InvoiceType, PaymentStatus
from resolvers.model.payment import aging_bucket, days_overdue, is_overdue, payment_status
from tests.lists.shelf import account_at, euros, invoice_of

TODAY = date(2026, 3, 1)
INVOICE, CREDIT = InvoiceType.INVOICE, InvoiceType.CREDIT_NOTE
OPEN = InvoiceStatus.OPEN


def invoice(due: str | None, days: int | None, type_: InvoiceType = INVOICE) -> Invoice:
    """So much due, so many days after the due date."""
    return invoice_of(
        account_at("shop", "1"),
        "1",
        type=type_,
        amount_due=None if due is None else euros(due),
        due_date=None if days is None else TODAY - timedelta(days),
    )


@pytest.mark.parametrize(
    ("type_", "status", "total", "due", "expected"),
    [
        (InvoiceType.PROFORMA, OPEN, "10", "0", PaymentStatus.NOT_APPLICABLE),
        (INVOICE, InvoiceStatus.DRAFT, "10", "10", PaymentStatus.NOT_APPLICABLE),
        (INVOICE, InvoiceStatus.CANCELLED, None, None, PaymentStatus.NOT_APPLICABLE),
        (INVOICE, OPEN, None, "10", PaymentStatus.UNKNOWN),
        (INVOICE, OPEN, "10", None, PaymentStatus.UNKNOWN),
        (INVOICE, OPEN, None, "0", PaymentStatus.UNKNOWN),
        (INVOICE, OPEN, "10", "0.00", PaymentStatus.PAID),
        (INVOICE, OPEN, "0", "0", PaymentStatus.PAID),
        (INVOICE, OPEN, "10", "-0.01", PaymentStatus.OVERPAID),
        (INVOICE, OPEN, "10", "10.00", PaymentStatus.UNPAID),
        (INVOICE, OPEN, "10", "11", PaymentStatus.UNPAID),
        (INVOICE, OPEN, "10", "9.99", PaymentStatus.PARTIALLY_PAID),
        (InvoiceType.UNKNOWN, InvoiceStatus.UNKNOWN, "10", "9.99", PaymentStatus.PARTIALLY_PAID),
        (CREDIT, OPEN, "-10", "-10", PaymentStatus.UNPAID),
        (CREDIT, OPEN, "-10", "-4", PaymentStatus.PARTIALLY_PAID),
        (CREDIT, OPEN, "-10", "4", PaymentStatus.PARTIALLY_PAID),
        (CREDIT, OPEN, "10", "-10", PaymentStatus.UNPAID),
        (CREDIT, OPEN, "-10", "0", PaymentStatus.PAID),
    ],
)
def test_the_payment_status_is_the_first_rule_that_fits(
    type_: InvoiceType, status: InvoiceStatus, total: str | None, due: str | None, expected: PaymentStatus
) -> None:
    amounts = [None if amount is None else Decimal(amount) for amount in (total, due)]

    assert payment_status(type_, status, *amounts) is expected


@pytest.mark.parametrize(
    ("entry", "overdue", "days", "bucket"),
    [
        (invoice("5", 1), True, 1, "DAYS_1_30"),
        (invoice("5", 30), True, 30, "DAYS_1_30"),
        (invoice("5", 31), True, 31, "DAYS_31_60"),
        (invoice("5", 60), True, 60, "DAYS_31_60"),
        (invoice("5", 61), True, 61, "DAYS_61_90"),
        (invoice("5", 90), True, 90, "DAYS_61_90"),
        (invoice("5", 91), True, 91, "OVER_90"),
        (invoice("5", 0), False, 0, "NOT_DUE"),
        (invoice("5", -7), False, 0, "NOT_DUE"),
        (invoice("5", None), None, None, "NO_DUE_DATE"),
        (invoice("0.00", 99), False, 0, None),
        (invoice("0", None), False, 0, None),
        (invoice(None, 99), None, None, None),
        (invoice("-5", 99), False, 0, "NOT_DUE"),
        (invoice("5", 99, CREDIT), False, 0, "NOT_DUE"),
        (invoice(None, 99, CREDIT), False, 0, None),
    ],
)
def test_an_invoice_is_overdue_by_its_due_date_unless_nothing_is_due_or_it_is_a_credit(
    entry: Invoice, overdue: bool | None, days: int | None, bucket: str | None
) -> None:
    assert (is_overdue(entry, TODAY), days_overdue(entry, TODAY)) == (overdue, days)
    assert aging_bucket(entry, TODAY) == bucket
