"""How the tests put rows into a directory: by CSV, as an operator does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from resolvers.customers.report import ImportReport
from resolvers.customers.secrets import Secrets
from resolvers.model.customer import Account, Customer
from resolvers.model.directory import Directory


class Load(Protocol):
    """Imports `kind=text of a CSV file`, each from a file kind.csv, for the sources `shop` and `orders`."""

    async def __call__(
        self, using: Secrets | None = None, /, *, completes_index: bool = False, **files: str | bytes
    ) -> ImportReport: ...


async def customers_in(directory: Directory, ids: Iterable[str]) -> dict[str, Customer]:
    """The known ones of these customers, by id."""
    return {id_: known.customer for id_, known in (await directory.customers([*ids])).items()}


async def accounts_in(directory: Directory, ids: Iterable[str]) -> dict[str, list[Account]]:
    """The accounts of those of these customers who have any, by the customer's id."""
    known = await directory.customers([*ids])
    return {id_: list(one.accounts) for id_, one in known.items() if one.accounts}
