"""netFORUM's GetQuery: a column list and a piece of SQL, answered for the objects `Invoice` and `InvoiceDetail`.

Understands what the vendor's clients send: `a = 'x'`, `a <> 0`, `a IN ('x','y')`, joined by AND; one column to order
by; `@TOP n`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from sandbox.books import Books, Invoice
from sandbox.netforum.records import (
    SOURCE,
    Detail,
    Dialect,
    address_record,
    customer_record,
    details,
    invoice_record,
)
from sandbox.netforum.sessions import Refusal

DEFAULT_COLUMNS = {
    "Invoice": ("inv_key", "inv_cst_key", "inv_code_cp", "inv_trx_date", "inv_total", "inv_balance"),
    "InvoiceDetail": ("ivd_key", "ivd_inv_key", "ivd_price", "ivd_qty", "ivd_amount_cp", "prd_name"),
}
_INVOICE_KEYS = frozenset({"inv_key", "ivd_inv_key"})
_CUSTOMER_KEYS = frozenset({"inv_cst_key", "ivd_cst_key", "cst_key"})
_OBJECT = re.compile(r"(\w+)(?:\s+@TOP\s+(-?\d+))?", re.IGNORECASE)
_COLUMN = re.compile(r"(?:\w+\.)?(\w+)(?:\s+AS\s+(\w+))?", re.IGNORECASE)
_CONDITION = re.compile(r"(?:\w+\.)?(\w+)\s*(=|<>|IN)\s*(\(.*\)|'[^']*'|-?[\d.]+)", re.IGNORECASE)
_VALUE = re.compile(r"\s*(?:'([^']*)'|(-?\d+(?:\.\d+)?))\s*")

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Condition:
    column: str
    negated: bool
    values: frozenset[str]

    def holds(self, row: Row) -> bool:
        return (_comparable(row[self.column]) in self.values) is not self.negated


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was understood."""

    object: str
    top: int
    columns: tuple[tuple[str, str], ...]  # name, and what to call it
    conditions: tuple[_Condition, ...]
    order: str
    descending: bool

    def run(self, books: Books, dialect: Dialect) -> list[Row]:
        """The rows, with the chosen columns. Raises Refusal for a column that does not exist."""
        needed = [name for name, _ in self.columns] + [condition.column for condition in self.conditions]
        with_details = self.object == "InvoiceDetail" or any(name.startswith(("ivd_", "prd_")) for name in needed)
        found: list[Row] = []
        for invoice in self._candidates(books):
            for row in _rows(books, invoice, with_details, dialect):
                missing = [name for name in [*needed, self.order] if name and name not in row]
                if missing:
                    raise Refusal(f"Invalid column name '{missing[0]}'.", "SystemExceptionInfo")
                if all(condition.holds(row) for condition in self.conditions):
                    found.append(row)
        if self.order:
            found.sort(key=lambda row: row[self.order], reverse=self.descending)
        kept = found if self.top < 0 else found[: self.top]
        return [{alias: row[name] for name, alias in self.columns} for row in kept]

    def _candidates(self, books: Books) -> Iterable[Invoice]:
        """Few invoices where a condition names keys, so that a query does not read all books."""
        for condition in self.conditions:
            if condition.negated:
                continue
            if condition.column in _INVOICE_KEYS:
                found = (books.find(SOURCE, key) for key in sorted(condition.values))
                return [invoice for invoice in found if invoice is not None]
            if condition.column in _CUSTOMER_KEYS:
                return [invoice for key in sorted(condition.values) for invoice in books.of(SOURCE, key) or ()]
        return [invoice for (source, _), invoices in books.invoices.items() if source == SOURCE for invoice in invoices]


def parse_query(argument: Callable[[str], str]) -> Query:
    """The query of a call's arguments. Raises Refusal for what this vendor would not take."""
    named = _matched(_OBJECT, argument("szObjectName"))
    if named[1] not in DEFAULT_COLUMNS:
        raise Refusal(f"Account is not authorized to perform Select on {named[1]} object.", "SystemExceptionInfo")
    listed = argument("szColumnList").strip()
    texts = listed.split(",") if listed else DEFAULT_COLUMNS[named[1]]
    columns = [_matched(_COLUMN, text) for text in texts]
    order, _, direction = argument("szOrderBy").strip().partition(" ")
    return Query(
        object=named[1],
        top=int(named[2]) if named[2] else -1,
        columns=tuple((column[1], column[2] or column[1]) for column in columns),
        conditions=tuple(_conditions(argument("szWhereClause"))),
        order=order.rpartition(".")[2],
        descending=direction.strip().upper() == "DESC",
    )


def _conditions(clause: str) -> Iterator[_Condition]:
    for text in re.split(r"\s+AND\s+", clause.strip(), flags=re.IGNORECASE) if clause.strip() else ():
        condition = _matched(_CONDITION, text)
        values = [_matched(_VALUE, value) for value in condition[3].strip("()").split(",")]
        yield _Condition(
            condition[1], condition[2] == "<>", frozenset(_comparable(value[1] or value[2]) for value in values)
        )


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    match = pattern.fullmatch(text.strip())
    if match is None:
        raise Refusal("Invalid Parameters.", "SystemExceptionInfo")
    return match


def _comparable(text: str) -> str:
    """Text as SQL Server compares it: capitals do not count, nor do a number's last zeros."""
    return str(Decimal(text).normalize()) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text.lower()


def _rows(books: Books, invoice: Invoice, with_details: bool, dialect: Dialect) -> Iterator[Row]:
    row = invoice_record(invoice, dialect)
    account = books.account(SOURCE, invoice.account_key)
    if account is not None:
        customer = books.customer(account)
        row |= customer_record(account, customer) | address_record(customer)
    if not with_details:
        yield row
        return
    for detail in details(invoice):
        yield row | _detail_columns(detail, invoice, dialect)


def _detail_columns(detail: Detail, invoice: Invoice, dialect: Dialect) -> Row:
    named = {"prd_name": detail.line.name, "prd_code": detail.line.sku}
    return detail.record(invoice, dialect) | named
