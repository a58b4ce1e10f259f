"""Every filter and every order over the merged list of all sources, against a plain filter and sort of the books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from sandbox.books import SOURCES, Books
from tests.conftest import Answer, Ask
from tests.told import Told, told_of

EVERYWHERE, EXPORT = "C-1001", "C-1002"  # the second buys in six currencies
CUSTOMERS = (EVERYWHERE, EXPORT)
TODAY = datetime.now(UTC).date()
LIST = """
query ($id: ID!, $filter: InvoiceFilter, $order: InvoiceOrder, $after: String) {
  customer(id: $id) {
    invoices(first: 40, after: $after, filter: $filter, orderBy: $order) {
      totalCount isComplete nodes { sourceInvoiceId source { name } } pageInfo { hasNextPage endCursor }
    }
  }
}
"""

Condition = Callable[[Told], object]


def is_paid(status: str) -> Condition:
    return lambda one: one.payment_status == status


def issued(first: date = date.min, last: date = date.max) -> Condition:
    return lambda one: one.issue_date is not None and first <= one.issue_date <= last


def due(first: date = date.min, last: date = date.max) -> Condition:
    return lambda one: one.due_date is not None and first <= one.due_date <= last


FILTERS: dict[str, tuple[dict[str, Any], Condition]] = {
    "none": ({}, lambda _: True),
    "nothing in it": ({"sources": [], "types": [], "numbers": [], "issueDate": {}, "amountDue": {}}, lambda _: True),
    "sources": ({"sources": ["shop", "orders"]}, lambda one: one.source in ("shop", "orders")),
    "one type": ({"types": ["CREDIT_NOTE"]}, lambda one: one.type == "CREDIT_NOTE"),
    "types": (
        {"types": ["PROFORMA", "SHIPPING_INVOICE"]},
        lambda one: one.type in ("PROFORMA", "SHIPPING_INVOICE"),
    ),
    "a type of nobody's": ({"types": ["UNKNOWN"]}, lambda _: False),
    "statuses": ({"statuses": ["CLOSED", "ARCHIVED"]}, lambda one: one.status in ("CLOSED", "ARCHIVED")),
    "an unknown status": ({"statuses": ["UNKNOWN"]}, lambda one: one.status == "UNKNOWN"),
    **{
        f"payment {status}": ({"paymentStatuses": [status]}, is_paid(status))
        for status in ("UNPAID", "PARTIALLY_PAID", "PAID", "OVERPAID", "NOT_APPLICABLE", "UNKNOWN")
    },
    "a currency": ({"currencyCodes": ["USD"]}, lambda one: one.currency_code == "USD"),
    "currencies": ({"currencyCodes": ["JPY", "GBP"]}, lambda one: one.currency_code in ("JPY", "GBP")),
    "issued in 2025": (
        {"issueDate": {"from": "2025-01-01", "to": "2025-12-31"}},
        issued(date(2025, 1, 1), date(2025, 12, 31)),
    ),
    "issued since": ({"issueDate": {"from": "2026-03-01"}}, issued(date(2026, 3, 1))),
    "issued until": ({"issueDate": {"to": "2024-06-30"}}, issued(last=date(2024, 6, 30))),
    "due in 2025": (
        {"dueDate": {"from": "2025-01-01", "to": "2025-12-31"}},
        due(date(2025, 1, 1), date(2025, 12, 31)),
    ),
    "due until": ({"dueDate": {"to": "2026-06-30"}}, due(last=date(2026, 6, 30))),
    "so much due": (
        {"amountDue": {"min": "50", "max": "400.00"}},
        lambda one: one.amount_due is not None and 50 <= one.amount_due <= 400,
    ),
    "credits": (
        {"amountDue": {"max": "-0.01"}},
        lambda one: one.amount_due is not None and one.amount_due < 0,
    ),
    "overdue": ({"isOverdue": True}, lambda one: one.is_overdue(TODAY) is True),
    "not overdue": ({"isOverdue": False}, lambda one: one.is_overdue(TODAY) is False),
    "all at once": (
        {
            "sources": ["shop", "wholesale", "webstore"],
            "types": ["INVOICE", "CREDIT_NOTE"],
            "statuses": ["OPEN"],
            "currencyCodes": ["EUR"],
            "issueDate": {"from": "2024-01-01"},
            "amountDue": {"min": "-500"},
        },
        lambda one: (
            one.source in ("shop", "wholesale", "webstore")
            and one.type in ("INVOICE", "CREDIT_NOTE")
            and one.status == "OPEN"
            and one.currency_code == "EUR"
            and issued(date(2024, 1, 1))(one)
            and one.amount_due is not None
            and one.amount_due >= -500
        ),
    ),
}
KEYS: dict[str, Callable[[Told], tuple[str, Any] | None]] = {
    "ISSUE_DATE": lambda one: None if one.issue_date is None else ("", one.issue_date),
    "DUE_DATE": lambda one: None if one.due_date is None else ("", one.due_date),
    "NUMBER": lambda one: ("", one.number),
    "TOTAL": lambda one: (one.currency_code, one.total),
    "AMOUNT_DUE": lambda one: None if one.amount_due is None else (one.currency_code, one.amount_due),
}


def in_order(rows: list[Told], field: str, direction: str) -> list[Told]:
    """By currency, then the value either way, then the id; what has no value last."""
    key = KEYS[field]
    known = sorted((row for row in rows if key(row)), key=lambda row: row.id)
    known.sort(key=lambda row: (key(row) or ("", 0))[1], reverse=direction == "DESC")
    known.sort(key=lambda row: (key(row) or ("", 0))[0])
    return known + sorted((row for row in rows if not key(row)), key=lambda row: row.id)


def names(rows: list[Told]) -> list[tuple[str, str]]:
    return [(row.source, row.source_invoice_id) for row in rows]


async def walk(ask: Ask, customer: str, filter_: object, order: object = None) -> tuple[list[tuple[str, str]], int]:
    """The whole list, page by page, and its length as told on each."""
    rows: list[tuple[str, str]] = []
    after: str | None = None
    while True:
        answer = await ask(LIST, id=customer, filter=filter_, order=order, after=after)
        assert not answer.errors
        page = answer.data["customer"]["invoices"]
        assert page["isComplete"]
        rows += [(node["source"]["name"], node["sourceInvoiceId"]) for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return rows, page["totalCount"]


@pytest.mark.parametrize("customer", CUSTOMERS)
@pytest.mark.parametrize("name", FILTERS)
async def test_a_filter_keeps_what_a_plain_filter_of_the_books_keeps(
    ask: Ask, books: Books, name: str, customer: str
) -> None:
    filter_, holds = FILTERS[name]
    expected = [one for one in told_of(books, customer) if holds(one)]

    rows, count = await walk(ask, customer, filter_)

    assert sorted(rows) == sorted(names(expected))
    assert count == len(expected)


def test_nearly_every_filter_keeps_some_and_drops_some(books: Books) -> None:
    told = [one for customer in CUSTOMERS for one in told_of(books, customer)]

    kept = {name: sum(1 for one in told if holds(one)) for name, (_, holds) in FILTERS.items()}

    assert {name for name, count in kept.items() if count in (0, len(told))} == {
        "none",
        "nothing in it",
        "a type of nobody's",
    }


@pytest.mark.parametrize("customer", CUSTOMERS)
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("field", KEYS)
async def test_an_order_is_that_of_a_plain_sort_of_the_books(
    ask: Ask, books: Books, field: str, direction: str, customer: str
) -> None:
    expected = in_order(told_of(books, customer), field, direction)

    rows, _ = await walk(ask, customer, None, {"field": field, "direction": direction})

    if (field, direction) == ("ISSUE_DATE", "DESC"):  # a day that a page of Shoxl's cuts comes as read
        days = {(one.source, one.source_invoice_id): one.issue_date for one in expected}
        assert [days[row] for row in rows] == [one.issue_date for one in expected]
        assert sorted(rows) == sorted(names(expected))
    else:
        assert rows == names(expected)


async def test_a_filter_and_an_order_go_together(ask: Ask, books: Books) -> None:
    kept = [one for one in told_of(books, EXPORT) if one.amount_due is not None and one.amount_due > 0]

    rows, _ = await walk(ask, EXPORT, {"amountDue": {"min": "0.01"}}, {"field": "AMOUNT_DUE", "direction": "DESC"})

    assert rows == names(in_order(kept, "AMOUNT_DUE", "DESC"))
    assert len({one.currency_code for one in kept}) > 2


async def test_numbers_are_texts_and_found_as_they_are_written(ask: Ask, books: Books) -> None:
    wanted = [one for one in told_of(books, "C-1003") if one.number == "0070145"]

    found, _ = await walk(ask, "C-1003", {"numbers": ["0070145"]})
    without_zeros, _ = await walk(ask, "C-1003", {"numbers": ["70145"]})

    assert sorted(found) == sorted(names(wanted))
    assert (len(found), without_zeros) == (3, [])


def calls(answer: Answer) -> Counter[str]:
    return Counter(call.source for call in answer.calls)


FIRST = """query ($filter: InvoiceFilter, $order: InvoiceOrder) {
  customer(id: "C-1041") { invoices(first: 5, filter: $filter, orderBy: $order) { nodes { id } } }
}"""


@pytest.mark.parametrize(
    ("filter_", "order", "pages"),
    [
        ({"sources": ["shop"]}, None, 1),
        ({"sources": ["shop"], "issueDate": {"from": "2026-11-01"}}, None, 1),
        ({"sources": ["shop"], "issueDate": {"to": "2024-02-01"}}, None, 3),
        ({"sources": ["shop"]}, {"field": "ISSUE_DATE", "direction": "ASC"}, 3),
        ({"sources": ["shop"]}, {"field": "TOTAL"}, 3),
        ({"sources": ["shop"], "hasWarnings": False}, None, 3),
        ({"sources": ["association"]}, None, 0),
    ],
)
async def test_pages_of_a_list_in_order_are_read_as_far_as_the_filter_and_the_order_need(
    ask: Ask, filter_: object, order: object, pages: int
) -> None:
    answer = await ask(FIRST, filter=filter_, order=order)

    assert calls(answer)["shop"] == pages


async def test_a_source_that_the_filter_leaves_out_is_not_asked(ask: Ask) -> None:
    for source in SOURCES:
        answer = await ask(LIST, id=EVERYWHERE, filter={"sources": [source], "amountDue": {"min": "1"}})

        assert set(calls(answer)) == {source}


@pytest.mark.parametrize("amount", ["50", 50, "50.00"])
async def test_a_number_of_a_range_may_be_written_in_any_exact_way(ask: Ask, books: Books, amount: object) -> None:
    expected = [one for one in told_of(books, EVERYWHERE) if one.amount_due is not None and one.amount_due >= 50]

    rows, _ = await walk(ask, EVERYWHERE, {"amountDue": {"min": amount}})

    assert sorted(rows) == sorted(names(expected))
