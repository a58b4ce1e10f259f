"""Every fault of the sandbox at every source over every protocol, through the gateway: its cost, and what is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from resolvers.model.identity import invoice_id
from sandbox.books import SOURCES
from sandbox.faults import MEANING_KINDS, TRANSPORT_KINDS
from sandbox.server import Sandbox
from tests.contract.adapter import ADAPTERS, Adapter
from tests.faults.account import LIST, Account, told_by
from tests.faults.conftest import Open

CUSTOMER = "C-1001"
MOST_ATTEMPTS = 4
PROTOCOLS = (
    "netforum-soap-invoice",
    "netforum-json-invoice",
    "shoxl-rest",
    "shoxl-soap",
    "open2b",
    "seansworld",
    "kruitbosch-json",
    "kruitbosch-xml",
    "kruitbosch-csv",
    "kruitbosch-overview-json",
)
"""The adapters that differ in what is on the wire; logins and look-ups in their variety are the contract's."""
LATE = ("slow", "hang", "trickle")
HARMLESS = ("gzip_pieces", "duplicate_rows", "out_of_order", "page_shift")
BY_DESIGN = {
    ("short_page", "shop"): "the size of a page is the shop's own, and no reply counts invoices",
    ("short_page", "kruitbosch-overview"): "a reply says whether a page follows, and counts nothing",
    ("empty_200", "kruitbosch-csv"): "an empty table is how ServiceStack writes an empty list",
}
"""What a source may lose without a word, because its vendor gives no means to notice."""


def cases() -> Iterator[Any]:
    for adapter in (adapter for adapter in ADAPTERS if adapter.name in PROTOCOLS):
        for kind in sorted(TRANSPORT_KINDS | MEANING_KINDS.get(adapter.emulator, frozenset())):
            yield pytest.param(adapter, kind, id=f"{adapter.name}-{kind}")


def may_be_silent(adapter: Adapter, kind: str) -> bool:
    return any(
        kind == of and name in (adapter.emulator, adapter.name, adapter.name.rpartition("-")[0])
        for of, name in BY_DESIGN
    )


@pytest.mark.parametrize(("adapter", "kind"), list(cases()))
async def test_a_fault_costs_its_own_source_alone_and_is_told(
    open_house: Open, sandbox: Sandbox, adapter: Adapter, kind: str
) -> None:
    house = open_house(adapter, max_body_bytes=1_000_000, **({"timeout_seconds": 0.1} if kind in LATE else {}))
    account = next(of for of in sandbox.books.accounts if (of.customer_id, of.source) == (CUSTOMER, adapter.emulator))
    newest = sandbox.books.invoices[adapter.emulator, account.key][0]
    before = told_by(sandbox.books, CUSTOMER, adapter)
    house.arm(kind)

    body = await house.ask(LIST, customer=CUSTOMER, one=invoice_id(adapter.emulator, account.key, newest.id))

    told = Account(body, before, told_by(sandbox.books, CUSTOMER, adapter))
    innocent = [source for source in SOURCES if source != adapter.emulator]
    assert [source for source in innocent if told.result(source)["status"] != "OK" or not told.is_whole(source)] == []
    assert (told.doubled(), told.made_up()) == ([], [])
    assert told.silent() == [] or may_be_silent(adapter, kind)
    assert told.is_whole(adapter.emulator) or kind not in HARMLESS
    assert (
        body["data"]["one"] is not None
        or is_told(body)
        or told.is_named(adapter.emulator)
        or may_be_silent(adapter, kind)
    )
    assert house.most_attempts <= MOST_ATTEMPTS


def is_told(body: Any) -> bool:
    """Whether the look-up that found nothing is an error with a code."""
    return any(error["path"] == ["one"] and error["extensions"]["code"] for error in body.get("errors", []))
