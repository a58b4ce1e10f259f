"""Rows of lists that were read without what costs a look-up, and the look-up when their later part is due."""

from __future__ import annotations

from collections.abc import Sequence

from resolvers.gateway import Session
from resolvers.invoice_by_id import InvoiceRequest
from resolvers.model.completion import needs_details
from resolvers.model.customer import Account
from resolvers.model.errors import SourceProtocolError
from resolvers.model.invoice import Invoice
from resolvers.model.requires import with_requirements
from resolvers.plan import prompt_fields


class LateRows:
    """What one operation still owes its rows. A row is known by its identity: equal ones may have been read in full."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rows: dict[int, tuple[Invoice, Account]] = {}

    def note(
        self, rows: Sequence[Invoice], accounts: Sequence[Account], fields: frozenset[str], late: frozenset[str]
    ) -> None:
        """Takes over those of the rows whose source was not asked for all of the fields."""
        sources, by_id = self._session.gateway.sources, {account.id: account for account in accounts}
        for row in rows:
            if prompt_fields(sources[row.source].capabilities, fields, late) != fields:
                self._rows[id(row)] = row, by_id[row.account_id]

    def owes(self, row: object) -> bool:
        """Whether the row was read without some of its fields."""
        return id(row) in self._rows

    async def whole(self, row: Invoice, fields: frozenset[str]) -> Invoice:
        """The row with these canonical paths. Raises SourceError, also where a look-up does not know it."""
        _, account = self._rows[id(row)]
        if not needs_details(self._session.gateway.sources[row.source].capabilities, with_requirements(fields)):
            return row
        found = await self._session.invoice_by_id.load(InvoiceRequest(account, row.source_invoice_id, fields))
        if found is None or found is row:  # which nobody completed: its nulls would say that the source has no value
            raise SourceProtocolError(account.source, "an invoice that was listed is not found by its id")
        return found
