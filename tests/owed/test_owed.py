"""The sums of what is owed: which invoices count, with which sign, and what stays unsaid."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from resolvers.model.derivation import sum_of
from resolvers.model.invoice import Invoice, InvoiceStatus, InvoiceType
from resolvers.model.money import Money, money
from resolvers.model.payment import AgingBucketName
from resolvers.owed import Balance, CurrencyAging, aging_of, balance_of, debts_of
from tests.lists.shelf import account_at, euros, invoice_of

AS_OF = date(2026, 11, 21)
ACCOUNT = account_at("shop", "1")
BUCKETS = list(AgingBucketName)


def invoice(due: str | None, *, overdue_days: int | None = None, **told: Any) -> Invoice:
    """An invoice in euros with so much due, for so many days (None: no due date)."""
    due_date = None if overdue_days is None else AS_OF - timedelta(overdue_days)
    usual = {"currency_code": "EUR", "amount_due": None if due is None else euros(due), "due_date": due_date}
    return invoice_of(ACCOUNT, f"{due} {overdue_days}", **(usual | told))


def balance(*invoices: Invoice) -> Balance:
    (debt,) = debts_of(invoices)
    return balance_of(debt, AS_OF)


def aging(*invoices: Invoice) -> CurrencyAging:
    (debt,) = debts_of(invoices)
    return aging_of(debt, AS_OF)


def by_bucket(report: CurrencyAging) -> dict[str, str]:
    return {str(one.name): str(one.amount_due and one.amount_due.amount) for one in report.buckets if one.invoice_count}


def test_amounts_due_are_summed_and_those_past_their_date_apart() -> None:
    told = balance(invoice("10.10", overdue_days=1), invoice("20.20", overdue_days=-5), invoice("5", overdue_days=40))

    assert (told.due, told.overdue) == (euros("35.30"), euros("15.10"))
    assert (told.open_invoice_count, told.oldest_due_date) == (3, AS_OF - timedelta(40))


def test_each_age_has_its_bucket_and_the_day_itself_is_not_late() -> None:
    ages = {0: "1", 1: "2", 30: "4", 31: "8", 60: "16", 61: "32", 90: "64", 91: "128", None: "256"}

    report = aging(*(invoice(due, overdue_days=days) for days, due in ages.items()))

    assert [one.name for one in report.buckets] == BUCKETS
    assert by_bucket(report) == {
        "NOT_DUE": "1.00",
        "DAYS_1_30": "6.00",
        "DAYS_31_60": "24.00",
        "DAYS_61_90": "96.00",
        "OVER_90": "128.00",
        "NO_DUE_DATE": "256.00",
    }


def test_proformas_drafts_and_cancelled_invoices_are_no_debts_known_or_unknown() -> None:
    left_out: list[dict[str, Any]] = [
        {"type": InvoiceType.PROFORMA},
        {"status": InvoiceStatus.DRAFT},
        {"status": InvoiceStatus.CANCELLED},
    ]

    assert debts_of(invoice(due, **told) for told in left_out for due in ("7", None)) == []


def test_a_credit_note_counts_against_whatever_its_sign() -> None:
    credits_ = (
        invoice(due, overdue_days=99, type=InvoiceType.CREDIT_NOTE, total=euros(due), amount_paid=euros(0))
        for due in ("30", "-20")
    )
    debit = invoice("100", overdue_days=99, total=euros("120"), amount_paid=euros("20"))

    told = balance(debit, *credits_)

    assert (told.invoiced, told.paid, told.due) == (euros("70.00"), euros("20.00"), euros("50.00"))
    assert told.overdue == euros("100.00")


def test_a_credit_note_is_never_late_nor_the_oldest_debt() -> None:
    told = balance(invoice("30", overdue_days=99, type=InvoiceType.CREDIT_NOTE), invoice("1", overdue_days=2))

    assert (told.overdue, told.oldest_due_date) == (euros("1.00"), AS_OF - timedelta(2))
    assert by_bucket(aging(invoice("30", overdue_days=99, type=InvoiceType.CREDIT_NOTE))) == {"NOT_DUE": "-30.00"}


def test_an_overpaid_invoice_counts_as_the_credit_it_is() -> None:
    told = balance(invoice("-10", overdue_days=99), invoice("25"))

    assert (told.due, told.overdue, told.due_without_date) == (euros("15.00"), euros("0.00"), euros("25.00"))


def test_an_unknown_amount_due_is_counted_and_changes_no_sum() -> None:
    told = balance(invoice("10"), invoice(None, total=euros("999"), overdue_days=50))

    assert (told.due, told.overdue) == (euros("10.00"), euros("0.00"))
    assert (told.open_invoice_count, told.unknown_invoice_count) == (1, 1)
    assert told.oldest_due_date is None


def test_where_no_amount_due_is_known_no_sum_is() -> None:
    told = balance(invoice(None, total=euros("999"), amount_paid=euros("1"), overdue_days=50))
    report = aging(invoice(None, overdue_days=50))

    assert (told.invoiced, told.paid, told.due, told.overdue, told.due_without_date) == (None,) * 5
    assert (told.open_invoice_count, told.unknown_invoice_count) == (0, 1)
    assert (report.total, report.unknown_invoice_count) == (None, 1)
    assert [one.amount_due for one in report.buckets] == [None] * 6


def test_a_paid_invoice_makes_nothing_due_a_known_sum_but_no_entry_of_its_own() -> None:
    assert debts_of([invoice("0.00")]) == []

    told = balance(invoice("0.00", total=euros("40"), amount_paid=euros("40")), invoice(None))

    assert (told.invoiced, told.paid, told.due) == (euros("0.00"), euros("0.00"), euros("0.00"))


def test_a_total_or_a_payment_that_one_open_invoice_lacks_is_not_summed() -> None:
    told = balance(invoice("10", total=euros("10")), invoice("5", amount_paid=euros("1")))

    assert (told.invoiced, told.paid, told.due) == (None, None, euros("15.00"))


def test_unknown_currencies_are_counted_and_never_summed() -> None:
    amounts = ({"currency_code": "XXX", "amount_due": Money(Decimal(due), "XXX")} for due in ("10", "20"))

    told = balance(*(invoice("0", overdue_days=10, **amount) for amount in amounts))

    assert (told.currency_code, told.open_invoice_count) == ("XXX", 2)
    assert (told.due, told.overdue, told.invoiced, told.paid, told.due_without_date) == (None,) * 5


def test_currencies_come_by_their_code_and_each_with_its_own_decimals() -> None:
    owed = [
        invoice("0", currency_code=code, amount_due=Money(Decimal(due), code))
        for code, due in (("USD", "1.5"), ("JPY", "1200"), ("KWD", "0.125"), ("EUR", "600.0000000"))
    ]

    told = [balance_of(debt, AS_OF).due for debt in debts_of(owed)]

    assert [str(due.amount) for due in told if due] == ["600.00", "1200", "0.125", "1.50"]


def test_sums_keep_every_digit() -> None:
    told = balance(invoice("12345678901234567.89"), invoice("-0.000000000000000001"))

    assert told.due == euros("12345678901234567.889999999999999999")


@st.composite
def ledgers(draw: st.DrawFn) -> list[Invoice]:
    """Any invoices: of all types and statuses, with and without amounts and dates, in three currencies."""
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(InvoiceType),
                st.sampled_from(InvoiceStatus),
                st.none() | st.decimals(-1000, 1000, places=3),
                st.none() | st.integers(-120, 120),
                st.sampled_from(["EUR", "JPY", "XXX"]),
            ),
            max_size=12,
        )
    )
    return [
        invoice(
            None,
            overdue_days=days,
            type=type_,
            status=status,
            currency_code=code,
            amount_due=None if due is None else money(due, code),
        )
        for type_, status, due, days, code in rows
    ]


@given(ledgers())
def test_overdue_buckets_sum_to_what_is_overdue_and_all_buckets_to_what_is_due(invoices: list[Invoice]) -> None:
    late = BUCKETS[1:5]
    for debt in debts_of(invoices):
        told, report = balance_of(debt, AS_OF), aging_of(debt, AS_OF)
        amounts = {one.name: one.amount_due for one in report.buckets}

        assert sum_of(amounts.values(), debt.currency_code) == told.due == report.total
        assert sum_of((amounts[name] for name in late), debt.currency_code) == told.overdue
        assert amounts[AgingBucketName.NO_DUE_DATE] == told.due_without_date
        assert sum(one.invoice_count for one in report.buckets) == told.open_invoice_count
        assert (told.due is None) == (debt.currency_code == "XXX" or not (debt.open or debt.settled))


@given(ledgers())
def test_another_day_moves_amounts_between_ages_and_changes_no_sum(invoices: list[Invoice]) -> None:
    for debt in debts_of(invoices):
        now, later = balance_of(debt, AS_OF), balance_of(debt, AS_OF + timedelta(400))

        assert now.due == later.due
        assert now.due_without_date == later.due_without_date
        if now.overdue is not None and later.overdue is not None:
            assert later.overdue.amount >= now.overdue.amount
