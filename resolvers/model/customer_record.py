"""The port for what a source itself knows of a customer, beside their invoices."""

from __future__ import annotations

from typing import Protocol

import msgspec

from resolvers.model.address import Address
from resolvers.model.customer import Account
from resolvers.model.operation import Operation


class CustomerRecord(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a source says of the customer behind an account; None where it does not say."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    addresses: tuple[Address, ...] = ()


class CustomerSource(Protocol):
    """A source that can tell of customers."""

    async def fetch_customer(self, account: Account, operation: Operation) -> CustomerRecord | None:
        """What it knows; None where it has no such customer. Raises SourceError or CallBudgetExceeded."""
