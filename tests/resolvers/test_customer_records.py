"""What sources themselves know of customers: asked for one operation, and for no longer than it lasts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from resolvers.access import EVERYONE_IS_STAFF
from resolvers.customer_record_by_account import AccountCustomer
from resolvers.gateway import Gateway
from resolvers.keys import KeyRing
from resolvers.model.customer import Account
from resolvers.model.customer_record import CustomerRecord
from resolvers.model.errors import SourceTimeout
from resolvers.model.operation import Operation
from tests.lists.register import Register
from tests.lists.shelf import account_at

ACCOUNT = account_at("orders", "7")


@dataclass(slots=True)
class Silent:
    """A source that is asked for a customer and never answers."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch_customer(self, account: Account, operation: Operation) -> CustomerRecord | None:
        """Nothing, until it is cancelled."""
        self.asked.set()
        try:
            return await asyncio.Future()
        finally:
            self.let_go.set()


async def asking(source: Silent, seconds: float) -> AccountCustomer:
    """What one operation with so much time learns of the account."""
    operation = Operation.within(seconds)
    gateway = Gateway({}, Register(), KeyRing(["a key of the tests alone"]), customer_sources={"orders": source})
    return await gateway.session(EVERYONE_IS_STAFF, operation).customer_record_by_account.load(ACCOUNT)


async def test_the_call_for_a_client_that_left_is_cancelled() -> None:
    source = Silent()
    client = asyncio.create_task(asking(source, seconds=60))
    await source.asked.wait()

    client.cancel()

    with pytest.raises(asyncio.CancelledError):
        await client
    await asyncio.wait_for(source.let_go.wait(), timeout=5)


async def test_a_call_that_is_not_answered_by_the_deadline_is_let_go_and_told_the_log() -> None:
    source = Silent()

    with capture_logs() as logs:
        answer = await asking(source, seconds=0.01)

    assert isinstance(answer.failure, SourceTimeout)
    assert [(line["event"], line["code"]) for line in logs] == [("answer_failed", "SOURCE_TIMEOUT")]
    await asyncio.wait_for(source.let_go.wait(), timeout=5)
