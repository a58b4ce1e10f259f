"""What an answer says of each source, beside what the books have it tell: nothing lost in silence, doubled, made up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sandbox.books import SOURCES, Books
from tests.contract.adapter import Adapter
from tests.told import told_of

LIST = """
query ($customer: ID!, $one: ID!) {
  customer(id: $customer) {
    invoices(first: 100) {
      isComplete
      nodes { sourceInvoiceId number issueDate total { amount currencyCode } source { name } warnings { code } }
      sources { source { name } status invoiceCount error { code message } warnings { code } }
    }
  }
  one: invoice(id: $one) { sourceInvoiceId number source { name } }
}
"""


class Told(NamedTuple):
    """An invoice as far as it is compared, as its source tells it."""

    number: str
    issue_date: str | None
    total: Decimal | None


Telling = dict[tuple[str, str], Told]
"""What the sources tell of a customer, by source and the source's own id."""


@dataclass(frozen=True, slots=True)
class Row:
    """An invoice as far as it is compared."""

    source: str
    source_invoice_id: str
    number: str
    issue_date: str | None
    total: Decimal | None
    warnings: frozenset[str]


class Account:
    """An answer to LIST, read against what the sources told before it was asked for and what they tell now."""

    def __init__(self, body: Any, before: Telling, now: Telling) -> None:
        self._page = body["data"]["customer"]["invoices"]
        self._before, self._told = before, before | now
        self.rows = [_row(node) for node in self._page["nodes"]]

    def result(self, source: str) -> Any:
        """How the source did, by its own entry in `sources`."""
        return next(entry for entry in self._page["sources"] if entry["source"]["name"] == source)

    def is_named(self, source: str) -> bool:
        """Whether the answer says with a code what is wrong with the source."""
        entry = self.result(source)
        return bool(entry["error"] and entry["error"]["code"]) or bool(entry["warnings"])

    def is_whole(self, source: str) -> bool:
        """Whether all that the source tells is there, value by value."""
        return not self.missing(source) and all(self._is_exact(row) for row in self.rows if row.source == source)

    def missing(self, source: str) -> list[str]:
        """The source's own ids of those of its invoices that are not there."""
        there = {row.source_invoice_id for row in self.rows if row.source == source}
        return [id_ for of, id_ in self._before if of == source and id_ not in there]

    def doubled(self) -> list[tuple[str, str]]:
        """The invoices that are there more than once."""
        counted = Counter((row.source, row.source_invoice_id) for row in self.rows)
        return [key for key, count in counted.items() if count > 1]

    def made_up(self) -> list[Row]:
        """The rows that no source tells of, or that say something else and no warning of it."""
        return [row for row in self.rows if not self._is_exact(row) and not self._is_excused(row)]

    def silent(self, sources: Iterable[str] = SOURCES) -> list[str]:
        """The sources that lost invoices and are not named."""
        return [source for source in sources if self.missing(source) and not self.is_named(source)]

    def _is_exact(self, row: Row) -> bool:
        told = self._told.get((row.source, row.source_invoice_id))
        return told == Told(row.number, row.issue_date, row.total)

    def _is_excused(self, row: Row) -> bool:
        """A value that could not be read is null with a warning, and the rest of the row as it is told."""
        told = self._told.get((row.source, row.source_invoice_id))
        return told is not None and row.number == told.number and bool(row.warnings) and row.total in (None, told.total)


def told_by(books: Books, customer_id: str, in_trouble: Adapter) -> Telling:
    """What the sources tell of a customer: paid invoices, too, of an overview."""
    told = {
        (one.source, one.source_invoice_id): Told(one.number, _day(one.issue_date), one.total)
        for one in told_of(books, customer_id)
    }
    if in_trouble.settings.get("operation") == "overview":
        for account in books.accounts:
            if (account.customer_id, account.source) == (customer_id, in_trouble.emulator):
                for one in books.invoices[account.source, account.key]:
                    told[account.source, one.id] = Told(one.number, _day(one.issued), one.gross)
    return told


def _row(node: Any) -> Row:
    return Row(
        source=node["source"]["name"],
        source_invoice_id=node["sourceInvoiceId"],
        number=node["number"],
        issue_date=node["issueDate"],
        total=Decimal(node["total"]["amount"]) if node["total"] else None,
        warnings=frozenset(warning["code"] for warning in node["warnings"]),
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
