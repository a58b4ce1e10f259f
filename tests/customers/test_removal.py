"""What is removed from the directory is gone with all that hangs on it, and nothing else is."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.directory import SqlDirectory
from resolvers.customers.removal import Removal, remove_accounts, remove_customers
from resolvers.customers.tables import index_table
from resolvers.model.identity import AccountRef
from tests.customers.loading import Load, accounts_in, customers_in

CUSTOMERS = "id,name\nC-1,Ada\nC-2,Bram\n"
ACCOUNTS = "customer,source,account_key,secret\nC-1,orders,17,hunter2\nC-1,shop,17,\nC-2,orders,18,\n"
INVOICES = "source,account_key,invoice_id\norders,17,9001\norders,17,9002\norders,18,9003\n"


@pytest.fixture(autouse=True)
async def loaded(load: Load) -> None:
    await load(customers=CUSTOMERS, accounts=ACCOUNTS, invoices=INVOICES, completes_index=True)


async def indexed(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        found = await connection.execute(select(func.count()).select_from(index_table))
        return found.scalar_one()


async def test_a_customer_goes_with_their_accounts_and_their_index(
    engine: AsyncEngine, directory: SqlDirectory
) -> None:
    removal = await remove_customers(engine, ["C-1", "C-1", "C-9", "\0"])

    assert removal == Removal(customers=1, accounts=2, invoices=2, unknown=[("C-9",), ("\0",)])
    assert list(await customers_in(directory, ["C-1", "C-2"])) == ["C-2"]
    assert [account.key for account in (await accounts_in(directory, ["C-1", "C-2"]))["C-2"]] == ["18"]
    assert await indexed(engine) == 1


async def test_an_account_goes_with_its_index_and_its_customer_stays(
    engine: AsyncEngine, directory: SqlDirectory
) -> None:
    removal = await remove_accounts(engine, [AccountRef("orders", "17"), AccountRef("orders", "99")])

    assert removal == Removal(customers=0, accounts=1, invoices=2, unknown=[("orders", "99")])
    assert [account.source for account in (await accounts_in(directory, ["C-1"]))["C-1"]] == ["shop"]
    assert await indexed(engine) == 1


async def test_what_was_removed_can_be_imported_again(engine: AsyncEngine, directory: SqlDirectory, load: Load) -> None:
    await remove_customers(engine, ["C-1"])

    report = await load(customers=CUSTOMERS, accounts=ACCOUNTS)

    (orders, _) = sorted((await accounts_in(directory, ["C-1"]))["C-1"], key=lambda account: account.source)
    assert (report.added, orders.secret and orders.secret.reveal()) == (3, "hunter2")
    assert await directory.invoices_of([orders]) == {orders.id: None}
