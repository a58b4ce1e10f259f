"""Where an invoice's lines and addresses come from: one call for each, or a query for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from resolvers.model.customer import Account
from resolvers.model.errors import SourceProtocolError
from resolvers.model.invoice import Note
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.requires import EVERYTHING
from resolvers.model.rows import distinct
from resolvers.sources.counts import read_count
from resolvers.sources.netforum.calls import Question, Xweb
from resolvers.sources.netforum.keys import any_of, tidy_key
from resolvers.sources.netforum.tree import Branch
from resolvers.sources.netforum.wire import (
    GET_OPERATION,
    QUERY_OPERATION,
    Detail,
    Header,
    QueryRow,
    QueryRows,
    WholeInvoice,
    parse_invoice,
    parse_query,
)

T = TypeVar("T")

_HEADER_COLUMNS = (
    "inv_key",
    "inv_cst_key",
    "inv_code_cp",
    "inv_trx_date",
    "inv_total",
    "inv_balance",
    "inv_close_flag",
)
_CUSTOMER_COLUMNS = ("cst_id", "cst_name_cp")
_ADDRESS_COLUMNS = (
    "adr_line1",
    "adr_line2",
    "adr_line3",
    "adr_city",
    "adr_state",
    "adr_post_code",
    "adr_country",
)
_CHARGE_COLUMNS = ("ivd_shipping", "ivd_discountamount")
_LINE_COLUMNS = (
    "ivd_key",
    "ivd_qty",
    "ivd_price",
    "ivd_amount_cp",
    "ivd_tax",
    *_CHARGE_COLUMNS,
    "ivd_void_flag",
    "ivd_delete_flag",
    "prd_name",
    "prd_code",
)


_HEADERS, _LINES = "Invoice", "InvoiceDetail"


@dataclass(frozen=True, slots=True)
class _Query:
    """Columns of the rows of an object whose `key_column` is one of the keys."""

    object_name: str
    columns: tuple[str, ...]
    key_column: str
    keys: Sequence[str]


@dataclass(frozen=True, slots=True)
class Found:
    """Invoices, and what was odd about the answers that brought them."""

    invoices: list[WholeInvoice]
    notes: list[Note]


class Details(Protocol):
    """Fetches whole invoices."""

    @property
    def operation(self) -> str:
        """The method that is asked."""

    async def fetch(self, account: Account, keys: Sequence[str], fields: frozenset[str], operation: Operation) -> Found:
        """The invoices of these keys, whosever they are; unknown ones are absent. Raises SourceError."""


class ByInvoice:
    """`OpenInvoiceGet`: any invoice, paid ones too, one a call."""

    operation = GET_OPERATION

    def __init__(self, source: str, xweb: Xweb) -> None:
        self._source = source
        self._xweb = xweb

    async def fetch(self, account: Account, keys: Sequence[str], fields: frozenset[str], operation: Operation) -> Found:
        """The invoices, each with all that the vendor tells of it."""
        found = Found([], [])
        for key in keys:
            call = UpstreamCall(source=self._source, operation=GET_OPERATION, account=account.key, ids=1)
            read = partial(parse_invoice, self._source)
            question = Question(GET_OPERATION, {"Key": key}, key, read, is_aside=True)
            invoice = await self._xweb.ask(question, call, operation)
            call.rows = 0 if invoice is None else 1
            if invoice is not None:
                details, notes = _distinct(invoice.details)
                found.invoices.append(WholeInvoice(invoice.header, details))
                found.notes.extend(notes)
        return found


class ByQuery:
    """`GetQuery`: the chosen columns of many invoices in a call, where the tenant grants it."""

    operation = QUERY_OPERATION

    def __init__(self, source: str, xweb: Xweb, without: frozenset[str]) -> None:
        self._source = source
        self._xweb = xweb
        self._without = without

    async def fetch(self, account: Account, keys: Sequence[str], fields: frozenset[str], operation: Operation) -> Found:
        """The invoices with what is wanted of them; one more call where some have no lines."""
        header = (*_HEADER_COLUMNS, *_wanted(fields, _CUSTOMER_COLUMNS, "customerNumber", "customerName"))
        header = (*header, *_wanted(fields, _ADDRESS_COLUMNS, "billingAddress"))
        lines = _wanted(fields, _LINE_COLUMNS, "lines", "totals", "taxes")
        if not lines:
            return await self._fetch(_Query(_HEADERS, header, "inv_key", keys), account, operation)
        query = _Query(_LINES, (*header, *lines), "ivd_inv_key", keys)
        found = await self._fetch(query, account, operation)
        known = {tidy_key(invoice.header.inv_key) for invoice in found.invoices}
        without_lines = tuple(key for key in keys if tidy_key(key) not in known)
        if not without_lines:
            return found
        rest = await self._fetch(_Query(_HEADERS, header, "inv_key", without_lines), account, operation)
        return Found([*found.invoices, *rest.invoices], [*found.notes, *rest.notes])

    async def fetch_customer(self, account: Account, operation: Operation) -> Header | None:
        """What is known of the account's customer, by any of their invoices; None where there is none."""
        query = _Query(_HEADERS, ("inv_cst_key", "cst_name_cp", "cst_eml_address_dn"), "inv_cst_key", (account.key,))
        return await self._ask(query, account, operation, _first_header, most=1)

    async def _fetch(self, query: _Query, account: Account, operation: Operation) -> Found:
        read = partial(self._by_invoice, has_lines=query.object_name == _LINES)
        return await self._ask(query, account, operation, read)

    async def _ask(
        self,
        query: _Query,
        account: Account,
        operation: Operation,
        read: Callable[[QueryRows], T],
        *,
        most: int = -1,
    ) -> T:
        """What `read` makes of at most so many rows (-1: all); columns that the tenant does not grant are left out."""
        columns = tuple(column for column in query.columns if column not in self._without)
        call = UpstreamCall(
            source=self._source, operation=QUERY_OPERATION, account=account.key, fields=columns, ids=len(query.keys)
        )
        arguments = {
            "szObjectName": f"{query.object_name} @TOP {most}",
            "szColumnList": ",".join(columns),
            "szWhereClause": any_of(query.key_column, query.keys),
            "szOrderBy": "",
        }
        subject = f"{query.object_name} {arguments['szColumnList']}"  # which is declined, if anything is

        def read_result(result: Branch) -> T:
            answer = parse_query(self._source, result, query.object_name)
            call.rows = len(answer.rows)
            return read(answer)

        question = Question(QUERY_OPERATION, arguments, subject, read_result, is_aside=True)
        return await self._xweb.ask(question, call, operation)

    def _by_invoice(self, answer: QueryRows, *, has_lines: bool) -> Found:
        """The rows put together again. Raises SourceProtocolError where some are missing: lines would be lost."""
        stated = answer.stated_count or ""
        if stated.isascii() and stated.isdigit():
            count = read_count(stated)
            if count is None or count > len(answer.rows):
                raise SourceProtocolError(self._source, f"{stated[:20]} rows stated, {len(answer.rows)} there")
        notes = [] if not stated or stated == str(len(answer.rows)) else [_count_note(stated, len(answer.rows))]
        by_key: dict[str | None, list[QueryRow]] = defaultdict(list)
        for row in answer.rows:
            by_key[tidy_key(row.header.inv_key)].append(row)
        invoices, tells_charges = [], self._without.isdisjoint(_CHARGE_COLUMNS)
        for rows in by_key.values():
            if any(row.header != rows[0].header for row in rows):
                raise SourceProtocolError(self._source, "one invoice, and its lines say different things of it")
            details, more = _distinct([row.detail for row in rows]) if has_lines else (None, [])
            invoices.append(WholeInvoice(rows[0].header, details, tells_charges))
            notes.extend(more)
        return Found(invoices, notes)


def _first_header(answer: QueryRows) -> Header | None:
    return answer.rows[0].header if answer.rows else None


def _wanted(fields: frozenset[str], columns: tuple[str, ...], *names: str) -> tuple[str, ...]:
    return columns if EVERYTHING in fields or not fields.isdisjoint(names) else ()


def _distinct(details: list[Detail] | None) -> tuple[list[Detail] | None, list[Note]]:
    """The lines, each once by its key; a line without one is a line all the same."""
    if details is None:
        return None, []
    names = {id(detail): tidy_key(detail.ivd_key) or f"line {number}" for number, detail in enumerate(details)}
    rows = distinct(details, lambda detail: names[id(detail)])
    return list(rows.kept.values()), rows.notes()


def _count_note(stated: str, actual: int) -> Note:
    return Note("RECORD_COUNT_MISMATCH", expected=stated, actual=str(actual))
