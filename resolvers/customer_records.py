"""What the sources' own records say of a customer: asked only of sources that keep any, and only when it is needed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from resolvers.gateway import Session
from resolvers.model.customer import Account
from resolvers.model.customer_record import CustomerRecord


@dataclass(frozen=True, slots=True)
class KnownRecords:
    """The records in the order of the accounts, and whether every source that keeps any answered."""

    records: list[CustomerRecord]
    is_complete: bool


async def known_records(session: Session, accounts: Sequence[Account]) -> KnownRecords:
    """The records of these accounts, which the caller may see. Raises CallBudgetExceeded."""
    keeping = [account for account in accounts if account.source in session.gateway.customer_sources]
    found = await asyncio.gather(*(session.customer_record_by_account.load(account) for account in keeping))
    return KnownRecords(
        [answer.record for answer in found if answer.record is not None],
        all(answer.failure is None for answer in found),
    )
