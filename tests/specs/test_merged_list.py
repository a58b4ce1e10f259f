"""The merged list of a customer with accounts at all five sources, paged to its end and compared with the books."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.books import SOURCES, Books, Invoice
from tests.conftest import Ask

OPEN_ONLY = ("association", "wholesale")
LIST = """query ($id: ID!, $first: Int!, $after: String, $order: InvoiceOrder) {
  customer(id: $id) {
    invoices(first: $first, after: $after, orderBy: $order) {
      totalCount
      isComplete
      edges { cursor node { sourceInvoiceId issueDate number source { name } total { amount currencyCode } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""


def told(books: Books, customer_id: str) -> dict[tuple[str, str], Invoice]:
    """What the customer's sources tell of their invoices: two of them only of open ones."""
    return {
        (invoice.source, invoice.id): invoice
        for account in books.accounts
        if account.customer_id == customer_id
        for invoice in books.of(account.source, account.key) or []
        if invoice.balance or account.source not in OPEN_ONLY
    }


async def walk(ask: Ask, customer_id: str, first: int, order: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """All rows of the list, a page after the other, by the cursor of each page's last row."""
    rows: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        answer = await ask(LIST, id=customer_id, first=first, after=after, order=order)
        assert not answer.errors
        page = answer.data["customer"]["invoices"]
        assert page["isComplete"]
        rows += [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        assert after == page["edges"][-1]["cursor"]
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(rows)
            return rows
        assert len(page["edges"]) == first


def keys_of(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["source"]["name"], row["sourceInvoiceId"]) for row in rows]


@pytest.mark.parametrize("first", [1, 7, 33, 100])
async def test_pages_of_any_size_bring_each_invoice_of_the_books_once(ask: Ask, books: Books, first: int) -> None:
    expected = told(books, "C-1001")
    assert {source for source, _ in expected} == set(SOURCES)

    rows = await walk(ask, "C-1001", first)

    assert sorted(keys_of(rows)) == sorted(expected)
    dates = [row["issueDate"] for row in rows]
    assert dates == [str(expected[key].issued) for key in keys_of(rows)]
    assert dates == sorted(dates, reverse=True)


async def test_pages_of_any_size_agree_on_the_order_of_one_day(ask: Ask) -> None:
    assert keys_of(await walk(ask, "C-1001", 3)) == keys_of(await walk(ask, "C-1001", 100))


@pytest.mark.parametrize(
    ("order", "key"),
    [
        ({"field": "ISSUE_DATE", "direction": "ASC"}, lambda row: row["issueDate"]),
        ({"field": "NUMBER", "direction": "ASC"}, lambda row: row["number"]),
        (
            {"field": "TOTAL", "direction": "ASC"},
            lambda row: (row["total"]["currencyCode"], float(row["total"]["amount"])),
        ),
    ],
)
async def test_other_orders_bring_each_invoice_once_too(
    ask: Ask, books: Books, order: dict[str, str], key: Callable[[dict[str, Any]], Any]
) -> None:
    rows = await walk(ask, "C-1002", 9, order)

    assert sorted(keys_of(rows)) == sorted(told(books, "C-1002"))
    assert [key(row) for row in rows] == sorted(key(row) for row in rows)


async def test_an_account_of_a_thousand_is_paged_to_its_end(ask: Ask, books: Books) -> None:
    rows = await walk(ask, "C-1042", 100)

    assert sorted(keys_of(rows)) == sorted(told(books, "C-1042"))


async def test_two_accounts_at_one_source_are_one_list(ask: Ask, books: Books) -> None:
    rows = await walk(ask, "C-1008", 6)

    assert sorted(keys_of(rows)) == sorted(told(books, "C-1008"))


async def test_twenty_customers_have_all_of_their_invoices_in_one_answer(ask: Ask, books: Books) -> None:
    query = """{ customers(first: 20) { nodes { id invoices(first: 100) {
        nodes { sourceInvoiceId source { name } } isComplete pageInfo { hasNextPage }
        sources { source { name } status invoiceCount }
    } } } }"""

    answer = await ask(query)

    customers = answer.data["customers"]["nodes"]
    assert [customer["id"] for customer in customers] == [f"C-{number}" for number in range(1001, 1021)]
    for customer in customers:
        invoices = customer["invoices"]
        assert invoices["isComplete"]
        assert not invoices["pageInfo"]["hasNextPage"]
        assert sorted(keys_of(invoices["nodes"])) == sorted(told(books, customer["id"]))
        assert {result["status"] for result in invoices["sources"]} <= {"OK"}
        assert sum(result["invoiceCount"] for result in invoices["sources"]) == len(invoices["nodes"])
