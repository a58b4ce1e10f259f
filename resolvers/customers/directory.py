"""The directory in SQL: each question is one statement, however many keys it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Executable, Row, bindparam, false, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.among import Key, among, key_list, storable
from resolvers.customers.reader import Rows, reader_of
from resolvers.customers.search import can_be_found, folded
from resolvers.customers.secrets import Secrets
from resolvers.customers.tables import accounts_table, customers_table, index_table
from resolvers.model.customer import Account, Customer
from resolvers.model.directory import CustomerAccounts, CustomerPage
from resolvers.model.identity import AccountRef, account_id
from resolvers.model.source import IndexedInvoice

_CUSTOMER = tuple(column for column in customers_table.c if column.name != "search_text")
_KNOWN_INVOICES = (
    select(func.count())
    .where(index_table.c.source == accounts_table.c.source, index_table.c.account_key == accounts_table.c.key)
    .scalar_subquery()
    .label("known_invoices")
)
_ACCOUNT = (*(column for column in accounts_table.c if column.name != "index_complete"), _KNOWN_INVOICES)
_WITH_ACCOUNTS = customers_table.outerjoin(accounts_table)


class SqlDirectory:
    """The Directory over a database that `migrate` has seen. A lost key is noticed where a secret is revealed.

    The statements are built once: building one costs more than running it.
    """

    __slots__ = ("_by_id", "_by_ref", "_index_of", "_numbers", "_read", "_secrets", "_within")

    def __init__(self, engine: AsyncEngine, secrets: Secrets) -> None:
        self._read = reader_of(engine)
        self._secrets = secrets
        dialect = engine.dialect.name
        account, index = accounts_table.c, index_table.c
        is_asked = among(dialect, account.source, account.key)
        self._within = among(dialect, customers_table.c.id)
        self._by_id = select(*_CUSTOMER, *_ACCOUNT).select_from(_WITH_ACCOUNTS).where(self._within)
        self._by_ref = select(*_ACCOUNT).where(is_asked)
        # Two halves instead of an OR, which neither database answers from its indexes.
        of_source = account.source == bindparam("source")
        self._numbers = union_all(
            select(account.number, account.customer_id).where(of_source, among(dialect, account.number)),
            select(account.key, account.customer_id).where(of_source, among(dialect, account.key)),
        )
        self._index_of = (
            select(account.source, account.key, index.invoice_id, index.issue_date)
            .outerjoin(index_table, (index.source == account.source) & (index.account_key == account.key))
            .where(account.index_complete, is_asked)
            .order_by(account.source, account.key, index.invoice_id)
        )

    async def customers(self, ids: Sequence[str]) -> dict[str, CustomerAccounts]:
        """The known ones of these customers with their accounts, by id."""
        rows = await self._rows_of(self._by_id, _single(ids))
        customers = {row.id: row for row in rows}
        accounts = _by_customer(self._account(row) for row in rows if row.key is not None)
        return {id_: CustomerAccounts(_customer(row), tuple(accounts.get(id_, ()))) for id_, row in customers.items()}

    def customer_at_hand(self, id_: str) -> CustomerAccounts | None:
        """None: each takes a query."""

    async def customer_page(
        self, *, first: int, after: str | None, search: str | None, within: frozenset[str] | None
    ) -> CustomerPage:
        """The first customers with an id greater than `after`, and their accounts."""
        later = [] if after is None else [customers_table.c.id > after]
        found = select(*_CUSTOMER).where(*later, *self._found(search, within)).order_by(customers_table.c.id)
        page = found.limit(first + 1).subquery()
        statement = (
            select(page, *_ACCOUNT)
            .select_from(page.outerjoin(accounts_table, accounts_table.c.customer_id == page.c.id))
            .order_by(page.c.id)
        )
        rows = await self._read(statement, _keys(within))
        found_customers = {row.id: _customer(row) for row in rows}
        shown = list(found_customers.values())[:first]
        ids = {customer.id for customer in shown}
        return CustomerPage(
            customers=shown,
            accounts=_by_customer(self._account(row) for row in rows if row.key is not None and row.id in ids),
            has_next=len(found_customers) > first,
        )

    async def count_customers(self, *, search: str | None, within: frozenset[str] | None) -> int:
        """How many customers such a search finds."""
        statement = select(func.count()).select_from(customers_table).where(*self._found(search, within))
        [(count,)] = await self._read(statement, _keys(within))
        return int(count)

    async def accounts(self, refs: Sequence[AccountRef]) -> dict[AccountRef, Account]:
        """The known ones of these accounts."""
        found = map(self._account, await self._rows_of(self._by_ref, refs))
        return {AccountRef(account.source, account.key): account for account in found}

    def account_at_hand(self, ref: AccountRef) -> Account | None:
        """None: each takes a query."""

    async def account_by_number(self, source: str, number: str) -> Account | None:
        """The account that people know by this number; None also where two have it."""
        if not (storable(source) and storable(number)):
            return None
        has_number = (accounts_table.c.source == source) & (accounts_table.c.number == number)
        rows = await self._read(select(*_ACCOUNT).where(has_number).limit(2), None)
        return self._account(rows[0]) if len(rows) == 1 else None

    async def customer_numbers(self, source: str, numbers: Sequence[str]) -> dict[str, frozenset[str]]:
        """Whose numbers these are at a source: ids of all customers by account key or number, unknown ones absent.

        There are two where one's account key is another's number, or two accounts have the number.
        """
        owners = defaultdict[str, set[str]](set)
        for row in await self._rows_of(self._numbers, _single(numbers), source=source):
            owners[row.number].add(row.customer_id)
        return {number: frozenset(customer_ids) for number, customer_ids in owners.items()}

    async def invoices_of(self, accounts: Sequence[Account]) -> dict[str, list[IndexedInvoice] | None]:
        """The known invoices by account id, by ascending id; None where the account's index was never completed."""
        known = defaultdict[tuple[str, str], list[IndexedInvoice]](list)
        for row in await self._rows_of(self._index_of, [(account.source, account.key) for account in accounts]):
            invoices = known[row.source, row.key]
            if row.invoice_id is not None:
                invoices.append(IndexedInvoice(row.invoice_id, row.issue_date))
        return {account.id: known.get((account.source, account.key)) for account in accounts}

    async def sources_with_secrets(self) -> frozenset[str]:
        """The sources that have an account with a secret: without a key, none of these accounts works."""
        has_secret = accounts_table.c.secret.is_not(None)
        rows = await self._read(select(accounts_table.c.source).where(has_secret).distinct(), None)
        return frozenset(row.source for row in rows)

    def _found(self, search: str | None, within: frozenset[str] | None) -> list[ColumnElement[bool]]:
        """What a customer must be like to be found."""
        conditions = [] if within is None else [self._within]
        if search:
            contains = customers_table.c.search_text.contains(folded(search), autoescape=True)
            conditions.append(contains if can_be_found(search) else false())
        return conditions

    async def _rows_of(self, statement: Executable, keys: Sequence[Key], **others: str) -> Rows:
        """The statement's rows for these keys; no statement where there are none."""
        return await self._read(statement, {"keys": key_list(keys), **others}) if keys else []

    def _account(self, row: Row[Any]) -> Account:
        sealed = row.secret
        return Account(
            id=account_id(row.source, row.key),
            source=row.source,
            key=row.key,
            customer_id=row.customer_id,
            number=row.number,
            label=row.label,
            secret=None if sealed is None else self._secrets.unseal(sealed, AccountRef(row.source, row.key)),
            context=() if row.context is None else tuple(msgspec.json.decode(row.context, type=dict[str, str]).items()),
            known_invoices=row.known_invoices,
        )


def _customer(row: Row[Any]) -> Customer:
    return Customer(
        id=row.id,
        name=row.name,
        company_name=row.company_name,
        email=row.email,
        phone=row.phone,
        locale=row.locale,
    )


def _single(texts: Iterable[str]) -> list[Key]:
    return [(text,) for text in texts]


def _keys(within: frozenset[str] | None) -> dict[str, str]:
    return {} if within is None else {"keys": key_list(_single(within))}


def _by_customer(found: Iterable[Account]) -> dict[str, list[Account]]:
    """Groups accounts, each group by ascending id."""
    groups = defaultdict[str, list[Account]](list)
    for account in sorted(found, key=lambda account: account.id):
        groups[account.customer_id].append(account)
    return dict(groups)
