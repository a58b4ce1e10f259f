"""One writer at a time for an invoice: whoever sends it whole must know that nobody changed it since it was read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from resolvers.model.errors import DirectoryUnavailable
from resolvers.writing.desk import Desk
from resolvers.writing.outcome import busy
from resolvers.writing.patience import settled

_BUSY = "Somebody else is changing the invoice. Nothing was changed; send it again in a moment."


@asynccontextmanager
async def turn(desk: Desk, invoice_id: str) -> AsyncIterator[None]:
    """Alone with the invoice until it is left, or a moment after the operation's deadline.

    Raises Refused where another is at it for all of the operation's time; else like `Desk.in_time`.
    """
    holder = uuid4().hex
    if not await settled(lambda: _take(desk, invoice_id, holder), bool, desk.operation):
        raise busy(_BUSY)
    try:
        yield
    finally:
        try:
            await desk.leases.give_back(invoice_id, holder, patience=desk.remaining_seconds())
        except DirectoryUnavailable:  # it ends by itself
            desk.tally.failures += 1


async def _take(desk: Desk, invoice_id: str, holder: str) -> bool:
    lease = desk.remaining_seconds()
    return await desk.in_time(lambda seconds: desk.leases.take(invoice_id, holder, lease, patience=seconds))
