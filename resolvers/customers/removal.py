"""Customers and accounts out of the directory, with all that hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from resolvers.customers.among import Key, among, key_list
from resolvers.customers.engine import writing
from resolvers.customers.tables import accounts_table, customers_table, index_table
from resolvers.model.identity import AccountRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """How many rows are gone, and which customers or accounts there were none of."""

    customers: int
    accounts: int
    invoices: int
    unknown: Sequence[Key]


async def remove_customers(engine: AsyncEngine, ids: Sequence[str]) -> Removal:
    """Removes the customers, their accounts with secrets, and the index of these accounts' invoices.

    What crawls found out stays, and so do idempotency keys.
    """
    dialect, keys = engine.dialect.name, [(id_,) for id_ in dict.fromkeys(ids)]
    is_meant = among(dialect, customers_table.c.id)
    async with writing(engine) as connection:
        known = await _known(connection, select(customers_table.c.id).where(is_meant), keys)
        accounts, invoices = await _attached(connection, among(dialect, accounts_table.c.customer_id), keys)
        await connection.execute(delete(customers_table).where(is_meant), {"keys": key_list(keys)})
    return Removal(customers=len(known), accounts=accounts, invoices=invoices, unknown=_without(keys, known))


async def remove_accounts(engine: AsyncEngine, refs: Sequence[AccountRef]) -> Removal:
    """Removes the accounts with their secrets, and the index of their invoices; their customers stay."""
    account, keys = accounts_table.c, [tuple(ref) for ref in dict.fromkeys(refs)]
    is_meant = among(engine.dialect.name, account.source, account.key)
    async with writing(engine) as connection:
        known = await _known(connection, select(account.source, account.key).where(is_meant), keys)
        accounts, invoices = await _attached(connection, is_meant, keys)
        await connection.execute(delete(accounts_table).where(is_meant), {"keys": key_list(keys)})
    return Removal(customers=0, accounts=accounts, invoices=invoices, unknown=_without(keys, known))


async def _known(connection: AsyncConnection, statement: Select[*tuple[str, ...]], keys: Sequence[Key]) -> set[Key]:
    return {tuple(row) for row in await connection.execute(statement, {"keys": key_list(keys)})}


async def _attached(connection: AsyncConnection, is_meant: ColumnElement[bool], keys: Sequence[Key]) -> tuple[int, int]:
    """How many accounts are meant, and how many invoices their index has."""
    account, index = accounts_table.c, index_table.c
    is_indexed = (index.source == account.source) & (index.account_key == account.key)
    parameters = {"keys": key_list(keys)}
    accounts = await connection.execute(select(func.count()).select_from(accounts_table).where(is_meant), parameters)
    indexed = select(func.count()).select_from(index_table.join(accounts_table, is_indexed)).where(is_meant)
    invoices = await connection.execute(indexed, parameters)
    return accounts.scalar_one(), invoices.scalar_one()


def _without(keys: Sequence[Key], known: set[Key]) -> list[Key]:
    return [key for key in keys if key not in known]
