"""`invoice-graph customers remove` and `remove-account`: rows out of the directory that the settings name."""

from __future__ import annotations

from collections.abc import Sequence

from resolvers.customers.opened import opened
from resolvers.customers.removal import Removal, remove_accounts, remove_customers
from resolvers.model.identity import AccountRef
from service.settings import Settings


async def remove(settings: Settings, *, customers: Sequence[str] = (), accounts: Sequence[AccountRef] = ()) -> Removal:
    """What is gone: these customers, or else these accounts. Raises DirectoryError."""
    async with opened(settings.directory.url.get_secret_value()) as engine:
        return await (remove_customers(engine, customers) if customers else remove_accounts(engine, accounts))


def summary(removal: Removal) -> str:
    """What is gone, in a line."""
    return f"Removed: {removal.customers} customers, {removal.accounts} accounts, {removal.invoices} indexed invoices."


def shortcomings(removal: Removal) -> list[str]:
    """A line for each that was not there."""
    return [
        f"There is no customer {key[0]!r}." if len(key) == 1 else f"There is no account {key[1]!r} at {key[0]!r}."
        for key in removal.unknown
    ]
