"""The write journal in SQL: one writer at a time decides what a key stands for, in this process and all others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from resolvers.customers.tables import accounts_table, creations_table, index_table
from resolvers.customers.transaction import LONGEST_TERM, written
from resolvers.model.clock import utc_now
from resolvers.model.creation import Creation, CreationKey, CreationState, KnownBefore
from resolvers.model.identity import AccountRef
from resolvers.model.source import IndexedInvoice


class SqlJournal:
    """The WriteJournal over a database that `migrate` has seen. Replicas' clocks should agree within seconds."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    async def begin(self, key: CreationKey, fingerprint: str, seconds: float, *, patience: float) -> Creation | None:
        """None where the creation is the caller's to make, for so many seconds; else what came of it so far."""
        now = self._clock()
        until = now + timedelta(seconds=seconds)

        async def begin(connection: AsyncConnection) -> Creation | None:
            row = (await connection.execute(select(creations_table).where(_is(key)))).one_or_none()
            if row is None:
                values = key._asdict() | {"fingerprint": fingerprint, "created_at": now}
                await connection.execute(
                    insert(creations_table), values | {"state": CreationState.BEGUN, "until": until}
                )
                return None
            creation = Creation(CreationState(row.state), row.fingerprint, row.invoice_id)
            if creation.state is CreationState.FAILED:
                await _change(connection, key, state=CreationState.BEGUN, fingerprint=fingerprint, until=until)
                return None
            if creation.state is CreationState.BEGUN and not now < _aware(row.until) <= now + LONGEST_TERM:
                await _change(connection, key, state=CreationState.UNKNOWN)
                return Creation(CreationState.UNKNOWN, creation.fingerprint)
            return creation

        return await written(self._engine, begin, patience)

    async def note_created(self, key: CreationKey, invoice: IndexedInvoice, *, patience: float) -> None:
        """Makes it DONE, with the invoice in the account's index. Raises KnownBefore where that has it already."""
        id_ = invoice.source_invoice_id

        async def note(connection: AsyncConnection) -> None:
            if await _is_indexed(connection, key.account, id_) and not await _is_done(connection, key, id_):
                raise KnownBefore
            await _change(connection, key, state=CreationState.DONE, invoice_id=id_)
            await _index(connection, key.account, invoice)

        await written(self._engine, note, patience)

    async def note_failed(self, key: CreationKey, *, patience: float) -> None:
        """Makes it FAILED."""
        await written(self._engine, lambda connection: _change(connection, key, state=CreationState.FAILED), patience)

    async def note_unknown(self, key: CreationKey, invoice_id: str | None = None, *, patience: float) -> None:
        """Makes it UNKNOWN, with the id that the source answered with."""
        await written(
            self._engine,
            lambda connection: _change(connection, key, state=CreationState.UNKNOWN, invoice_id=invoice_id),
            patience,
        )

    async def index(self, account: AccountRef, invoice: IndexedInvoice, *, patience: float) -> None:
        """Puts the invoice into the account's index, or its date there right."""
        await written(self._engine, lambda connection: _index(connection, account, invoice), patience)

    async def drop_from_index(self, account: AccountRef, source_invoice_id: str, *, patience: float) -> None:
        """Takes the invoice out of the account's index."""
        await written(self._engine, lambda connection: _drop(connection, account, source_invoice_id), patience)


async def _change(connection: AsyncConnection, key: CreationKey, **values: object) -> None:
    await connection.execute(update(creations_table).where(_is(key)).values(**values))


async def _is_done(connection: AsyncConnection, key: CreationKey, invoice_id: str) -> bool:
    """Whether it was noted before: by a transaction that was carried out, and not answered."""
    creation = creations_table.c
    is_it = (creation.state == CreationState.DONE) & (creation.invoice_id == invoice_id)
    return (await connection.execute(select(creation.key).where(_is(key), is_it))).one_or_none() is not None


async def _is_indexed(connection: AsyncConnection, account: AccountRef, source_invoice_id: str) -> bool:
    is_entry = _is_entry(account, source_invoice_id)
    return (await connection.execute(select(index_table.c.invoice_id).where(*is_entry))).one_or_none() is not None


async def _index(connection: AsyncConnection, account: AccountRef, invoice: IndexedInvoice) -> None:
    """Safe without an upsert: only one transaction writes at a time. Nothing for an account that was removed."""
    is_entry = _is_entry(account, invoice.source_invoice_id)
    found = await connection.execute(update(index_table).where(*is_entry).values(issue_date=invoice.issue_date))
    if not found.rowcount and await _is_known(connection, account):
        values = {"invoice_id": invoice.source_invoice_id, "issue_date": invoice.issue_date}
        await connection.execute(insert(index_table), account._asdict() | values)


async def _is_known(connection: AsyncConnection, account: AccountRef) -> bool:
    columns = accounts_table.c
    is_it = (columns.source == account.source) & (columns.key == account.account_key)
    return (await connection.execute(select(columns.key).where(is_it))).one_or_none() is not None


async def _drop(connection: AsyncConnection, account: AccountRef, source_invoice_id: str) -> None:
    await connection.execute(delete(index_table).where(*_is_entry(account, source_invoice_id)))


def _is(key: CreationKey) -> ColumnElement[bool]:
    columns = creations_table.c
    is_account = (columns.source == key.source) & (columns.account_key == key.account_key)
    return is_account & (columns.key == key.key)


def _is_entry(account: AccountRef, source_invoice_id: str) -> tuple[ColumnElement[bool], ...]:
    columns = index_table.c
    return (
        columns.source == account.source,
        columns.account_key == account.account_key,
        columns.invoice_id == source_invoice_id,
    )


def _aware(moment: datetime) -> datetime:
    """SQLite gives back what was stored without its zone, which is UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
