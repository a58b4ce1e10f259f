"""How the tests put rows into a directory: by CSV, as an operator does."""

from __future__ import annotations

from typing import Protocol

from resolvers.customers.report import ImportReport
from resolvers.customers.secrets import Secrets


class Load(Protocol):
    """Imports `kind=text of a CSV file`, each from a file kind.csv, for the sources `shop` and `orders`."""

    async def __call__(self, using: Secrets | None = None, /, **files: str | bytes) -> ImportReport: ...
