"""Leases on invoices in SQL: taken in a transaction that alone writes, so that processes agree on who has one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from resolvers.customers.tables import leases_table
from resolvers.customers.transaction import LONGEST_TERM, written
from resolvers.model.clock import utc_now


class SqlLeases:
    """The InvoiceLeases over a database that `migrate` has seen. Replicas' clocks should agree within seconds."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    async def take(self, invoice_id: str, holder: str, seconds: float, *, patience: float) -> bool:
        """Whether the invoice is the holder's alone now, for so many seconds; those that are over go first."""
        now, lease = self._clock(), leases_table.c
        values = {"invoice_id": invoice_id, "holder": holder, "until": now + timedelta(seconds=seconds)}

        async def take(connection: AsyncConnection) -> bool:
            is_over = or_(lease.until <= now, lease.until > now + LONGEST_TERM)
            await connection.execute(delete(leases_table).where(is_over))
            held = await connection.execute(select(lease.holder).where(lease.invoice_id == invoice_id))
            if held.one_or_none() is not None:
                return False
            await connection.execute(insert(leases_table), values)
            return True

        return await written(self._engine, take, patience)

    async def give_back(self, invoice_id: str, holder: str, *, patience: float) -> None:
        """Ends the holder's lease; nothing where it is over, and perhaps another's since."""
        lease = leases_table.c
        is_own = (lease.invoice_id == invoice_id) & (lease.holder == holder)

        async def give_back(connection: AsyncConnection) -> None:
            await connection.execute(delete(leases_table).where(is_own))

        await written(self._engine, give_back, patience)
