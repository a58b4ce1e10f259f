"""Who may create with a key, and what came of it: on both databases, in however many processes."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.directory import SqlDirectory
from resolvers.customers.engine import open_engine
from resolvers.customers.journal import SqlJournal
from resolvers.customers.removal import remove_accounts
from resolvers.model.creation import Creation, CreationKey, CreationState, KnownBefore
from resolvers.model.errors import DirectoryUnavailable
from resolvers.model.identity import AccountRef
from resolvers.model.source import IndexedInvoice
from tests.customers.loading import Load
from tests.customers.remote import Remote
from tests.sources.upstream import Clock

KEY = CreationKey("orders", "7", "key")
ACCOUNT = AccountRef("orders", "7")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def journal(engine: AsyncEngine, clock: Clock, load: Load) -> SqlJournal:
    await load(
        customers="id\nC-1\n",
        accounts="customer,source,account_key\nC-1,orders,7\n",
        invoices="source,account_key,invoice_id,issue_date\norders,7,1,2026-01-01\n",
        completes_index=True,
    )
    return SqlJournal(engine, clock)


async def indexed(directory: SqlDirectory) -> list[IndexedInvoice] | None:
    (account,) = (await directory.accounts([ACCOUNT])).values()
    return (await directory.invoices_of([account]))[account.id]


async def test_a_new_key_is_the_callers_and_the_next_one_sees_that(journal: SqlJournal) -> None:
    assert await journal.begin(KEY, "a", 5, patience=5) is None
    assert await journal.begin(KEY, "a", 5, patience=5) == Creation(CreationState.BEGUN, "a")
    assert await journal.begin(KEY._replace(account_key="8"), "b", 5, patience=5) is None


async def test_a_silent_database_is_waited_for_no_longer_than_the_caller_can(
    remote: Remote, engine: AsyncEngine
) -> None:
    journal = SqlJournal(remote.engine)
    remote.fall_silent()

    with pytest.raises(DirectoryUnavailable):
        async with asyncio.timeout(30):
            await journal.note_failed(KEY, patience=0.2)


async def test_of_many_at_once_one_begins(journal: SqlJournal, engine: AsyncEngine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    others = [open_engine(url) for _ in range(3)]
    journals = [journal, *map(SqlJournal, others)] * 3

    outcomes = await asyncio.gather(*(one.begin(KEY, "a", 60, patience=5) for one in journals))

    assert outcomes.count(None) == 1
    for other in others:
        await other.dispose()


async def test_what_was_created_is_remembered_and_in_the_index(journal: SqlJournal, directory: SqlDirectory) -> None:
    await journal.begin(KEY, "a", 5, patience=5)

    await journal.note_created(KEY, IndexedInvoice("2", date(2026, 2, 1)), patience=5)

    assert await journal.begin(KEY, "a", 5, patience=5) == Creation(CreationState.DONE, "a", "2")
    assert await indexed(directory) == [IndexedInvoice("1", date(2026, 1, 1)), IndexedInvoice("2", date(2026, 2, 1))]


async def test_what_was_created_may_be_noted_twice(journal: SqlJournal) -> None:
    await journal.begin(KEY, "a", 5, patience=5)
    await journal.note_created(KEY, IndexedInvoice("2"), patience=5)

    await journal.note_created(KEY, IndexedInvoice("2"), patience=5)

    assert await journal.begin(KEY, "a", 5, patience=5) == Creation(CreationState.DONE, "a", "2")


async def test_an_invoice_that_the_account_had_before_was_not_created(journal: SqlJournal) -> None:
    await journal.begin(KEY, "a", 5, patience=5)

    with pytest.raises(KnownBefore):
        await journal.note_created(KEY, IndexedInvoice("1"), patience=5)
    await journal.note_unknown(KEY, "1", patience=5)

    assert await journal.begin(KEY, "a", 5, patience=5) == Creation(CreationState.UNKNOWN, "a", "1")


@pytest.mark.parametrize("input_", ["a", "b"])
async def test_what_certainly_failed_may_begin_again_with_any_input(journal: SqlJournal, input_: str) -> None:
    await journal.begin(KEY, "a", 5, patience=5)
    await journal.note_failed(KEY, patience=5)

    assert await journal.begin(KEY, input_, 5, patience=5) is None
    assert await journal.begin(KEY, "c", 5, patience=5) == Creation(CreationState.BEGUN, input_)


async def test_what_was_begun_and_never_ended_is_unknown_for_good(journal: SqlJournal, clock: Clock) -> None:
    await journal.begin(KEY, "a", 5, patience=5)

    clock.pass_by(seconds=5)

    assert await journal.begin(KEY, "a", 5, patience=5) == Creation(CreationState.UNKNOWN, "a")
    clock.pass_by(days=400)
    assert await journal.begin(KEY, "a", 5, patience=5) == Creation(CreationState.UNKNOWN, "a")


async def test_what_a_clock_that_was_ahead_began_and_nobody_ended_is_unknown_once_that_is_right(
    journal: SqlJournal, clock: Clock
) -> None:
    clock.pass_by(days=365)
    await journal.begin(KEY, "a", 302, patience=5)
    assert await journal.begin(KEY, "a", 302, patience=5) == Creation(CreationState.BEGUN, "a")

    clock.pass_by(days=-365)

    assert await journal.begin(KEY, "a", 302, patience=5) == Creation(CreationState.UNKNOWN, "a")


async def test_what_was_written_for_an_account_that_was_removed_meanwhile_is_noted_all_the_same(
    journal: SqlJournal, engine: AsyncEngine
) -> None:
    await journal.begin(KEY, "a", 5, patience=5)
    await remove_accounts(engine, [ACCOUNT])

    await journal.note_created(KEY, IndexedInvoice("2"), patience=5)
    await journal.index(ACCOUNT, IndexedInvoice("1"), patience=5)
    await journal.drop_from_index(ACCOUNT, "1", patience=5)

    assert await journal.begin(KEY, "a", 5, patience=5) == Creation(CreationState.DONE, "a", "2")


async def test_an_answer_that_comes_late_is_still_noted(journal: SqlJournal, clock: Clock) -> None:
    await journal.begin(KEY, "a", 5, patience=5)
    clock.pass_by(seconds=6)
    await journal.begin(KEY, "a", 5, patience=5)

    await journal.note_created(KEY, IndexedInvoice("2"), patience=5)

    assert await journal.begin(KEY, "a", 5, patience=5) == Creation(CreationState.DONE, "a", "2")


async def test_an_invoice_that_turns_out_to_be_none_leaves_no_trace(
    journal: SqlJournal, directory: SqlDirectory
) -> None:
    await journal.begin(KEY, "a", 5, patience=5)
    await journal.note_created(KEY, IndexedInvoice("2"), patience=5)

    await journal.drop_from_index(ACCOUNT, "2", patience=5)
    await journal.note_unknown(KEY, patience=5)

    assert await journal.begin(KEY, "a", 5, patience=5) == Creation(CreationState.UNKNOWN, "a")
    assert await indexed(directory) == [IndexedInvoice("1", date(2026, 1, 1))]


async def test_an_indexed_invoice_gets_its_new_date(journal: SqlJournal, directory: SqlDirectory) -> None:
    await journal.index(ACCOUNT, IndexedInvoice("1", date(2026, 3, 1)), patience=5)

    assert await indexed(directory) == [IndexedInvoice("1", date(2026, 3, 1))]
