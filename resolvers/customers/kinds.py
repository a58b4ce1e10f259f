"""The three kinds of CSV file, as data: their columns, how each cell is read, and where it goes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from unicodedata import category

import msgspec
from sqlalchemy import Table

from resolvers.customers.search import search_text
from resolvers.customers.tables import LONGEST_KEY, accounts_table, customers_table, index_table
from resolvers.model.customer import Secret

Value = str | date | Secret | None
Values = Mapping[str, Value]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Unfit(ValueError):
    """A cell that cannot be used: what is wrong with it and what would do. Never quotes a secret."""


@dataclass(frozen=True, slots=True)
class CsvColumn:
    """Where a column's values go, and what reads its trimmed text, the configured sources at hand. Raises Unfit."""

    name: str
    read: Callable[[str, frozenset[str]], Value]
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of file: recognised by its columns, in any order; those that are not required may be left out.

    `derive` tells values that follow from a whole row. `orphan` is said of a row whose customer or account is unknown.
    """

    name: str
    table: Table
    columns: Mapping[str, CsvColumn]
    derive: Callable[[Values], Values] = lambda _: {}
    orphan: str = ""

    @property
    def required(self) -> frozenset[str]:
        """The columns that every such file has."""
        return frozenset(name for name, column in self.columns.items() if column.is_required)


def nearest(word: str, known: frozenset[str]) -> str:
    """What to use in the place of an unknown word: the nearest known one, or all of them."""
    if close := get_close_matches(word, known, n=1):
        return f"did you mean {close[0]!r}?"
    return f"use one of {', '.join(sorted(known))}." if known else "none is configured."


def _key(text: str, _: frozenset[str]) -> str:
    if not text:
        raise Unfit("is empty; every row needs one.")
    if len(text) > LONGEST_KEY:
        raise Unfit(f"has {len(text)} characters; at most {LONGEST_KEY} fit.")
    if any(category(character) == "Cc" for character in text):
        raise Unfit("holds a control character; remove it.")
    return text


def _optional_key(text: str, sources: frozenset[str]) -> str | None:
    return _key(text, sources) if text else None


def _text(text: str, _: frozenset[str]) -> str | None:
    if "\0" in text:
        raise Unfit("holds a NUL character; remove it.")
    return text or None


def _source(text: str, sources: frozenset[str]) -> str:
    if text not in sources:
        raise Unfit(f"{text!r} is no configured source; {nearest(text, sources)}")
    return _key(text, sources)


def _secret(text: str, _: frozenset[str]) -> Secret | None:
    return Secret(text) if text else None


def _context(text: str, _: frozenset[str]) -> str | None:
    """The object as JSON in one spelling, so that the same context is the same text."""
    try:
        context = msgspec.json.decode(text or "{}", type=dict[str, str])
    except msgspec.DecodeError:
        raise Unfit(
            'is not a JSON object of texts; write it as {"divisionCode": "100"}, quotes doubled in CSV.'
        ) from None
    return msgspec.json.encode(context, order="sorted").decode() if context else None


def _date(text: str, _: frozenset[str]) -> date | None:
    if not text:
        return None
    try:
        read = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        read = None
    if read is None or read.year == 1:
        raise Unfit(f"{text[:40]!r} is no date; write it as 2026-01-31, or leave it empty.")
    return read


def _found_by(values: Values) -> Values:
    texts = (values.get(name) for name in ("id", "name", "company_name", "email"))
    return {"search_text": search_text(*(text for text in texts if isinstance(text, str)))}


CUSTOMERS = Kind(
    name="customers",
    table=customers_table,
    columns={
        "id": CsvColumn("id", _key, is_required=True),
        "name": CsvColumn("name", _text),
        "company_name": CsvColumn("company_name", _text),
        "email": CsvColumn("email", _text),
        "phone": CsvColumn("phone", _text),
        "locale": CsvColumn("locale", _text),
    },
    derive=_found_by,
)
ACCOUNTS = Kind(
    name="accounts",
    table=accounts_table,
    columns={
        "customer": CsvColumn("customer_id", _key, is_required=True),
        "source": CsvColumn("source", _source, is_required=True),
        "account_key": CsvColumn("key", _key, is_required=True),
        "number": CsvColumn("number", _optional_key),
        "label": CsvColumn("label", _text),
        "secret": CsvColumn("secret", _secret),
        "context": CsvColumn("context", _context),
    },
    orphan="customer: there is no customer {customer_id!r}; import it with customers.csv.",
)
INVOICES = Kind(
    name="invoices",
    table=index_table,
    columns={
        "source": CsvColumn("source", _source, is_required=True),
        "account_key": CsvColumn("account_key", _key, is_required=True),
        "invoice_id": CsvColumn("invoice_id", _key, is_required=True),
        "issue_date": CsvColumn("issue_date", _date),
    },
    orphan="account_key: there is no account {account_key!r} at {source!r}; import it with accounts.csv.",
)

KINDS = (CUSTOMERS, ACCOUNTS, INVOICES)
"""In the order in which they stand on one another."""
