"""Ids: the same on every replica, and read back in one spelling alone."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.model.identity import AccountRef, InvoiceRef, account_id, invoice_id, parse_account_id, parse_invoice_id
from resolvers.model.invoice import Invoice, Provenance

_words = st.text(st.characters(codec="utf-8"), max_size=40)


@given(_words, _words, _words)
def test_an_id_names_what_it_was_made_of_and_nothing_else(source: str, key: str, own: str) -> None:
    account, invoice = account_id(source, key), invoice_id(source, key, own)

    assert parse_account_id(account) == AccountRef(source, key)
    assert parse_invoice_id(invoice) == InvoiceRef(source, key, own)
    assert (parse_account_id(invoice), parse_invoice_id(account)) == (None, None)


def test_an_invoices_id_is_that_of_its_source_account_and_own_id() -> None:
    invoice = Invoice(
        source="shop",
        account_key="0070145",
        account_id=account_id("shop", "0070145"),
        source_invoice_id="7",
        provenance=Provenance("shop", "list", datetime(2026, 7, 1, tzinfo=UTC)),
    )

    assert parse_invoice_id(invoice.id) == InvoiceRef("shop", "0070145", "7")


def test_ids_stay_what_they_are_for_ever() -> None:
    assert account_id("shop", "0070145") == "WzEsInNob3AiLCIwMDcwMTQ1Il0"
    assert invoice_id("shop", "0070145", "7") == "WzEsInNob3AiLCIwMDcwMTQ1IiwiNyJd"


@given(_words, _words, st.integers(0), st.sampled_from("AZaz09-_=+/ \n!é"))
def test_any_other_spelling_is_no_id(source: str, key: str, place: int, character: str) -> None:
    text = account_id(source, key)
    cut = place % (len(text) + 1)
    changed = [text[:cut] + character + text[cut:], text[:cut] + text[cut + 1 :], text + "=", f" {text}"]

    for other in changed:
        ref = parse_account_id(other)
        assert other == text or ref is None or account_id(*ref) == other
        assert parse_account_id(text + "=") is None


@pytest.mark.parametrize(
    "content",
    [
        b"[1]",
        b"[]",
        b"[1,2,3]",
        b'[2,"shop","7"]',
        b'["1","shop","7"]',
        b'[1.0,"shop","7"]',
        b'[true,"shop","7"]',
        b'[1, "shop","7"]',
        b'[1,"sho\\u0070","7"]',
        b'[1,"shop",null]',
        b'{"1":"shop"}',
        b'[1,"shop","7"',
        b'[1,"shop","\xff"]',
        b'[1,"shop","\\ud800"]',
        b'[1,"shop","7","8","9"]',
    ],
)
def test_content_that_we_would_not_write_is_no_id(content: bytes) -> None:
    text = urlsafe_b64encode(content).rstrip(b"=").decode()

    assert parse_account_id(text) is None
    assert parse_invoice_id(text) is None


@given(st.text())
def test_any_text_at_all_is_refused_without_an_error(text: str) -> None:
    assert parse_account_id(text) is None
    assert parse_invoice_id(text) is None


def test_a_text_too_long_for_an_id_is_not_even_looked_at() -> None:
    assert parse_account_id(account_id("shop", "7" * 2_000)) is None
