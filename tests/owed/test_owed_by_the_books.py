"""What is owed, asked of the real service over real sockets, against a plain sum over the sandbox's books."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sandbox.books import Books
from tests.conftest import Ask
from tests.told import Told, told_of

AS_OF = date(2026, 11, 21)
PAGE = 20
OWED = """
query ($first: Int!, $after: String, $asOf: Date) {
  customers(first: $first, after: $after) {
    nodes {
      id
      balances(asOf: $asOf) {
        asOf isComplete
        entries {
          currencyCode openInvoiceCount unknownInvoiceCount oldestDueDate
          invoiced { ...m } paid { ...m } due { ...m } overdue { ...m } dueWithoutDate { ...m }
        }
        sources { source { name } status invoiceCount }
      }
      aging(asOf: $asOf) {
        asOf isComplete
        currencies {
          currencyCode unknownInvoiceCount total { ...m } buckets { name invoiceCount amountDue { ...m } }
        }
        sources { source { name } status invoiceCount }
      }
    }
    pageInfo { endCursor }
  }
}
fragment m on Money { amount currencyCode }
"""


def counting(told: Told, amount: Decimal | None) -> Decimal:
    assert amount is not None
    return -abs(amount) if told.type == "CREDIT_NOTE" else amount


def bucket(told: Told, as_of: date) -> str:
    if told.is_credit:
        return "NOT_DUE"
    if told.due_date is None:
        return "NO_DUE_DATE"
    days = (as_of - told.due_date).days
    names = {0: "NOT_DUE", 30: "DAYS_1_30", 60: "DAYS_31_60", 90: "DAYS_61_90"}
    return next((name for most, name in names.items() if days <= most), "OVER_90")


def money(amount: Decimal, currency: str) -> dict[str, str]:
    decimals = {"JPY": 0, "KWD": 3}.get(currency, 2)
    return {"amount": f"{amount:.{decimals}f}", "currencyCode": currency}


class Debt:
    """The plain sum over one currency's invoices."""

    def __init__(self, told: list[Told], currency: str) -> None:
        owed = [
            one
            for one in told
            if one.currency_code == currency and one.type != "PROFORMA" and one.status not in ("DRAFT", "CANCELLED")
        ]
        self.currency = currency
        self.unknown = [one for one in owed if one.amount_due is None]
        self.known = [one for one in owed if one.amount_due is not None]
        self.open = [one for one in self.known if one.amount_due]

    def total(self, rows: list[Told], field: str = "amount_due") -> dict[str, str] | None:
        if not self.known:
            return None
        return money(sum((counting(one, getattr(one, field)) for one in rows), Decimal(0)), self.currency)

    def balance(self, as_of: date) -> dict[str, Any]:
        dates = [one.due_date for one in self.open if not one.is_credit and one.due_date]
        return {
            "currencyCode": self.currency,
            "openInvoiceCount": len(self.open),
            "unknownInvoiceCount": len(self.unknown),
            "oldestDueDate": min(dates).isoformat() if dates else None,
            "invoiced": self.total(self.open, "total"),
            "paid": self.total(self.open, "amount_paid"),
            "due": self.total(self.open),
            "overdue": self.total([one for one in self.open if one.is_overdue(as_of)]),
            "dueWithoutDate": self.total([one for one in self.open if not one.is_credit and one.due_date is None]),
        }

    def aging(self, as_of: date) -> dict[str, Any]:
        names = ("NOT_DUE", "DAYS_1_30", "DAYS_31_60", "DAYS_61_90", "OVER_90", "NO_DUE_DATE")
        rows = {name: [one for one in self.open if bucket(one, as_of) == name] for name in names}
        return {
            "currencyCode": self.currency,
            "unknownInvoiceCount": len(self.unknown),
            "total": self.total(self.open),
            "buckets": [
                {"name": name, "invoiceCount": len(rows[name]), "amountDue": self.total(rows[name])} for name in names
            ],
        }


def debts(told: list[Told]) -> list[Debt]:
    by_currency = [Debt(told, currency) for currency in sorted({one.currency_code for one in told})]
    return [debt for debt in by_currency if debt.open or debt.unknown]


def calls_for(books: Books, customer_ids: list[str]) -> Counter[str]:
    """One call an account; Shoxl's pages are of 20; seansworld cannot say what is due, and its index tells the rest."""
    calls: Counter[str] = Counter()
    for account in books.accounts:
        if account.customer_id in customer_ids and account.source != "orders":
            pages = -(-len(books.invoices[account.source, account.key]) // 20) if account.source == "shop" else 1
            calls[account.source] += max(pages, 1)
    return calls


@pytest.mark.parametrize("as_of", [AS_OF, date(2026, 6, 30)])
async def test_balances_and_aging_are_the_plain_sum_over_the_books_in_one_reading(
    ask: Ask, books: Books, as_of: date
) -> None:
    after: str | None = None
    for _ in range(5):
        answer = await ask(OWED, first=PAGE, after=after, asOf=as_of.isoformat())

        after = answer.data["customers"]["pageInfo"]["endCursor"]
        customers = answer.data["customers"]["nodes"]
        assert not answer.errors
        assert len(customers) == PAGE
        for customer in customers:
            expected = debts(told_of(books, customer["id"]))
            balances, aging = customer["balances"], customer["aging"]
            assert (balances["asOf"], aging["asOf"]) == (as_of.isoformat(), as_of.isoformat())
            assert balances["isComplete"]
            assert aging["isComplete"]
            assert balances["entries"] == [debt.balance(as_of) for debt in expected], customer["id"]
            assert aging["currencies"] == [debt.aging(as_of) for debt in expected], customer["id"]
            counts = Counter(one.source for debt in expected for one in [*debt.open, *debt.unknown])
            for report in (balances, aging):
                told = {one["source"]["name"]: one["invoiceCount"] for one in report["sources"]}
                assert told == {name: counts[name] for name in told}
                assert {one["status"] for one in report["sources"]} <= {"OK"}
        calls = Counter(call.source for call in answer.calls)
        assert calls == calls_for(books, [customer["id"] for customer in customers])
