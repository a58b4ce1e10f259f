"""What is selected is what is asked for: as the source itself was asked, by a list that takes the fields it is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.graph.asking import ask
from tests.lists.bench import Bench, bench_of
from tests.lists.shelf import WINDOW, Shelf, account_at, invoice_of

ACCOUNT = account_at("shop", "1")
ALWAYS = {"issueDate", "orderDate"}  # what the order stands on


def shop() -> Bench:
    """A source with one invoice, that is asked for fields."""
    bench = bench_of(Shelf("shop", WINDOW, books={"1": [invoice_of(ACCOUNT, "7", date(2026, 1, 1))]}))
    bench.register.all_accounts = [ACCOUNT]
    return bench


async def asked(query: str, **variables: Any) -> set[str]:
    """The fields that the source was asked for, all calls together, less those of the order."""
    bench = shop()
    answer = await ask(bench, query, variables)
    assert "errors" not in answer, answer
    return set().union(*(call.fields for call in bench.shelves["shop"].calls)) - ALWAYS


@pytest.mark.parametrize(
    ("nodes", "fields"),
    [
        ("number", {"number"}),
        ("n: number m: number", {"number"}),
        ("__typename number", {"number"}),
        ("lines { sku unitPrice { net { amount } } }", {
            "lines", "lines.sku", "lines.unitPrice", "lines.unitPrice.net", "lines.unitPrice.net.amount",
        }),
        ("a: lines { sku } b: lines { name }", {"lines", "lines.sku", "lines.name"}),
        ("lines { sku } lines { name }", {"lines", "lines.sku", "lines.name"}),
        ("...F", {"number", "lines", "lines.sku"}),
        ("...F ...F lines { ...L }", {"number", "lines", "lines.sku", "lines.name"}),
        ("... on Invoice { ... { number } }", {"number"}),
        ("number @skip(if: true) locale", {"locale"}),
        ("number @skip(if: false)", {"number"}),
        ("number @include(if: false) locale", {"locale"}),
        ("number @include(if: true) @skip(if: true) locale", {"locale"}),
        ("number @include(if: false) @skip(if: false) locale", {"locale"}),
        ("number @include(if: $yes)", {"number"}),
        ("number @skip(if: $yes) locale", {"locale"}),
        ("...F @skip(if: $yes) locale", {"locale"}),
        ("...F @skip(if: $yes) ...F", {"number", "lines", "lines.sku"}),
        ("... @include(if: $no) { number } locale", {"locale"}),
        ("lines @include(if: $yes) { sku @skip(if: $yes) name }", {"lines", "lines.name"}),
        ("source { name } account { number label } customer { name } number", {
            "source", "account", "customer", "number",
        }),
    ],
)  # fmt: skip
async def test_aliases_fragments_and_conditions_are_resolved(nodes: str, fields: set[str]) -> None:
    spread = "fragment F on Invoice { number lines { sku ...L @include(if: $no) } } fragment L on InvoiceLine { name }"
    used = spread if "...F" in nodes else ""
    query = f"""
        query ($yes: Boolean! = true, $no: Boolean! = false) {{
          unused: viewer {{ subject @skip(if: $no) roles @include(if: $yes) }}
          customer(id: "C-1") {{ invoices {{ nodes {{ {nodes} }} }} }}
        }} {used}
    """

    assert await asked(query) == fields


async def test_a_variable_that_was_given_wins_over_its_default() -> None:
    query = """
        query ($yes: Boolean! = true) {
          customer(id: "C-1") { invoices { nodes { number @include(if: $yes) locale } } }
        }
    """

    assert await asked(query) == {"number", "locale"}
    assert await asked(query, yes=False) == {"locale"}


async def test_nodes_and_edges_are_asked_for_together() -> None:
    query = '{ customer(id: "C-1") { invoices { nodes { number } edges { node { locale } } } } }'

    assert await asked(query) == {"number", "locale"}


async def test_a_field_of_one_entity_is_not_asked_of_another() -> None:
    query = """
        query ($ids: [_Any!]!) {
          _entities(representations: $ids) {
            ... on Invoice { number ... on Invoice { locale } ...I }
            ... on Account { label: number source { title } }
            ... on Customer { name email }
          }
        }
        fragment I on Invoice { terms }
    """
    invoice = {"__typename": "Invoice", "id": invoice_of(ACCOUNT, "7").id}

    assert await asked(query, ids=[invoice]) == {"number", "locale", "terms"}


async def test_what_is_selected_beside_the_invoices_asks_for_no_rows() -> None:
    bench = shop()

    answer = await ask(bench, '{ customer(id: "C-1") { invoices { totalCount isComplete sources { status } } } }')

    assert answer["data"]["customer"]["invoices"]["totalCount"] == 1
    assert [(call.fields, getattr(call, "limit", None)) for call in bench.shelves["shop"].calls] == [(frozenset(), 1)]


async def test_no_invoices_no_call() -> None:
    bench = shop()

    await ask(bench, '{ customer(id: "C-1") { id name accounts { number } } }')

    assert (bench.shelves["shop"].calls, bench.register.queries) == ([], 1)


async def test_fragments_that_multiply_are_looked_into_once() -> None:
    branches = " ".join(
        f"fragment F{depth} on Customer {{ {f'accounts {{ customer {{ ...F{depth + 1} }} }} ' * 40} }}"
        for depth in range(4)
    )
    last = "fragment F4 on Customer { invoices { nodes { number } } }"
    query = f'{{ customer(id: "C-1") {{ ...F0 }} }} {branches} {last}'

    assert await asked(query) == {"number"}
