"""What a source beyond the five needs in the sandbox, and that it changes none of their books."""

from __future__ import annotations

import tomllib

import pytest

from sandbox import demo, generate, goods
from sandbox.books import SOURCES, Books
from sandbox.demo_files import configuration
from sandbox.faults import MEANING_KINDS
from sandbox.page import SPEAKS, VENDORS
from sandbox.server import EMULATORS

NAME = "gadgets"
TABLES = {
    "sandbox/goods.py: TRADES": goods.TRADES,
    "sandbox/generate.py: SHARE": generate.SHARE,
    "sandbox/generate.py: MOST": generate.MOST,
    "sandbox/generate.py: FIRST_NUMBERS": generate.FIRST_NUMBERS,
    "sandbox/server.py: EMULATORS": EMULATORS,
    "sandbox/faults.py: MEANING_KINDS": MEANING_KINDS,
    "sandbox/page.py: VENDORS": VENDORS,
    "sandbox/page.py: SPEAKS": SPEAKS,
    "sandbox/demo_files.py: configuration": tomllib.loads(configuration(9100, 8000))["sources"],
}


@pytest.mark.parametrize("table", TABLES)
def test_every_source_has_its_row(table: str) -> None:
    assert set(TABLES[table]) == set(SOURCES), f"{table} needs a row for each name in sandbox/books.py: SOURCES"


def test_the_demo_has_a_port_for_every_source_and_its_page() -> None:
    assert len(SOURCES) + 1 == demo.SANDBOX_PORTS


def test_a_source_without_its_rows_is_refused_with_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "SOURCES", (*SOURCES, NAME))

    with pytest.raises(LookupError, match=r"gadgets has no row in CURRENCIES, FIRST_NUMBERS, MOST, SHARE, TRADES"):
        generate.generate()


def test_a_further_source_leaves_the_books_of_the_others_as_they_are(
    generated: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generate, "SOURCES", (NAME, *SOURCES))
    monkeypatch.setitem(generate.SHARE, NAME, 0.5)
    monkeypatch.setitem(generate.MOST, NAME, 9)
    monkeypatch.setitem(generate.FIRST_NUMBERS, NAME, 1)
    monkeypatch.setitem(generate.CURRENCIES, NAME, "EUR")
    monkeypatch.setitem(goods.TRADES, NAME, goods.SHOP)

    books = generate.generate()

    others = {key: listed for key, listed in books.invoices.items() if key[0] != NAME}
    assert others == generated.invoices
    assert len(others) < len(books.invoices)
    assert [account for account in books.accounts if account.source != NAME] == list(generated.accounts)
