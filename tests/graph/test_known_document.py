"""What is kept of documents grows with what they select, and not with what they look like."""

from __future__ import annotations

from datetime import date
from itertools import product

from graph.context import Limits
from graph.limits.checked import DocumentCheck
from tests.graph.asking import SCHEMA, ask
from tests.lists.bench import bench_of
from tests.lists.shelf import Shelf, account_at, invoice_of

NESTED = (
    "fragment C on Customer { invoices { ...P } accounts { invoices { ...P } customer { invoices { ...P } } } } "
    "fragment P on InvoiceConnection { nodes { ...I } edges { node { ...I } } } "
    "fragment I on Invoice { total { ...M } amountPaid { ...M } amountDue { ...M } } "
    "fragment M on Money { amount currencyCode }"
)


def known_of(text: str, times: int) -> DocumentCheck:
    """A check that has seen the text so often, with another comment each time."""
    check = DocumentCheck(Limits(), introspection=True)
    for number in range(times):
        known = check.read(f"{text} #{number}")
        assert check.errors(SCHEMA._schema, known, None, {}) == []
    return check


def test_a_document_of_nested_fragments_takes_the_room_of_many() -> None:
    roots = " ".join(f'r{number}: customer(id: "1") {{ ...C }}' for number in range(9))

    check = known_of(f"{{ {roots} }} {NESTED}", 400)

    assert 10 < len(check.known) < 200


def test_one_that_says_what_it_selects_takes_the_room_of_its_text() -> None:
    text = '{ customer(id: "1") { invoices { nodes { number issueDate total { amount currencyCode } } } } }'

    check = known_of(text, 400)

    assert len(check.known) == 400


async def test_what_is_selected_under_many_conditions_is_kept_of_the_last() -> None:
    account = account_at("shop", "1")
    bench = bench_of(Shelf("shop", books={"1": [invoice_of(account, "7", date(2026, 1, 1))]}))
    bench.register.all_accounts = [account]
    names = [f"v{number}" for number in range(5)]
    head = ", ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"{name}: number @skip(if: ${name})" for name in names)
    query = f"query({head}) {{ customers {{ nodes {{ invoices {{ nodes {{ {fields} }} }} }} }} }}"

    for values in product([True, False], repeat=len(names)):
        given = dict(zip(names, values, strict=True))
        answer = await ask(bench, query, given)
        (customer,) = answer["data"]["customers"]["nodes"]
        assert customer["invoices"]["nodes"] == [{name: "7" for name in names if not given[name]}]

    known = SCHEMA.check.known.find(query)
    assert known is not None
    assert known.selections is not None
    assert 1 <= len(known.selections) < 2 ** len(names)
