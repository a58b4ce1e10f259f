"""The lists of stand-ins: where nobody knows what is in one, it holds the invoice that is looked for."""

from __future__ import annotations

from resolvers.account_lists import AccountLists
from resolvers.lists.slice import Found
from resolvers.model.customer import Account
from resolvers.model.source import FindQuery
from resolvers.rehearsal.rows import made_up_invoices


class RehearsedLists(AccountLists):
    """Those of a rehearsal. What an operation asks below an invoice would stay unplanned if that were unknown."""

    async def find(self, account: Account, ids: frozenset[str], fields: frozenset[str]) -> Found:
        """The account's invoices of these ids, made up where its source finds them in a list that is made up."""
        found = await super().find(account, ids, fields)
        missing = ids - {invoice.source_invoice_id for invoice in found.invoices}
        if not missing or found.failure or not self._is_sought_in_made_up_rows(account):
            return found
        query = FindQuery(account=account, fields=fields, ids=tuple(sorted(missing)))
        return found._replace(invoices=[*found.invoices, *made_up_invoices(query).invoices])

    def _is_sought_in_made_up_rows(self, account: Account) -> bool:
        """Whether its list is all that the account's source has to find it in, and nobody knows what that holds."""
        if self._sources[account.source].capabilities.ids_per_call:
            return False
        asked = (call for call in self._operation.calls if (call.source, call.account) == (account.source, account.key))
        return any(call.operation == "list_invoices" and call.rows is None for call in asked)
