"""What sources themselves know of customers, by account: each account is asked for once in an operation."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from resolvers.batch import BatchLoader
from resolvers.model.customer import Account
from resolvers.model.customer_record import CustomerRecord, CustomerSource
from resolvers.model.errors import SourceError, SourceTimeout
from resolvers.model.operation import Operation
from resolvers.source_failures import FailureLog, own_failures


@dataclass(frozen=True, slots=True)
class AccountCustomer:
    """What came of it: the record, None where the source has no such customer, or why there is none."""

    record: CustomerRecord | None = None
    failure: SourceError | None = None


class CustomerRecordByAccount(BatchLoader[Account, AccountCustomer]):
    """Asks the accounts of one tick side by side, one call each; no vendor tells of several customers at once."""

    def __init__(self, sources: Mapping[str, CustomerSource], operation: Operation) -> None:
        super().__init__()
        self._sources, self._operation = sources, operation
        self._failures = FailureLog()

    async def batch_load_fn(self, keys: list[Account]) -> list[AccountCustomer]:
        """What came of each account, in the order of the keys. Raises CallBudgetExceeded, and asks for none then."""
        self._operation.plan(len(keys))
        return await asyncio.gather(*(self._fetch(account) for account in keys))

    async def _fetch(self, account: Account) -> AccountCustomer:
        source, planned = self._sources[account.source], self._operation.prepaying(1)
        call = asyncio.ensure_future(source.fetch_customer(account, planned))
        try:
            await self._operation.wait(call)
            if not call.done():
                raise SourceTimeout(account.source, "no answer before the operation's deadline")
            with own_failures(account.source):
                return AccountCustomer(call.result())
        except SourceError as failure:
            self._failures.tell(failure, self._operation)
            return AccountCustomer(failure=failure)
        finally:
            call.cancel()
