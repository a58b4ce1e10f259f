"""Invoices by id: grouped by account, in as few calls as the account's source allows."""

from __future__ import annotations

from collections import Counter, defaultdict

import msgspec

from resolvers.account_lists import AccountLists
from resolvers.batch import BatchLoader, side_by_side
from resolvers.model.customer import Account
from resolvers.model.directory import Directory
from resolvers.model.errors import CallBudgetExceeded, SourceError
from resolvers.model.invoice import Invoice, Note
from resolvers.model.requires import with_requirements
from resolvers.ownership import foreign_invoices


class InvoiceRequest(msgspec.Struct, frozen=True):
    """One invoice of an account by the source's own id, and the canonical paths wanted of it."""

    account: Account
    source_invoice_id: str
    fields: frozenset[str]


Outcome = Invoice | SourceError | CallBudgetExceeded | None


class InvoiceById(BatchLoader[InvoiceRequest, Invoice | None]):
    """The invoice; None where the account has none of that id; raises SourceError or CallBudgetExceeded for its key."""

    def __init__(self, directory: Directory, lists: AccountLists) -> None:
        super().__init__()
        self._directory, self._lists = directory, lists

    async def batch_load_fn(self, keys: list[InvoiceRequest]) -> list[Outcome]:  # type: ignore[override]  # errors a key
        """What came of each request, in their order; an error stands for its own key alone."""
        groups: dict[Account, list[InvoiceRequest]] = defaultdict(list)
        for request in keys:
            groups[request.account].append(request)
        found = await side_by_side([self._find(account, group) for account, group in groups.items()])
        outcomes = {request: outcome for group in found for request, outcome in group.items()}
        foreign = await foreign_invoices(
            self._directory, [(key.account, [found]) for key, found in outcomes.items() if isinstance(found, Invoice)]
        )
        dropped = Counter(key.account for key, found in outcomes.items() if _own(found, foreign) is not found)
        for account, count in dropped.items():
            self._lists.tell(account, Note("ACCOUNT_MISMATCH", actual=str(count)))
        return [_own(outcomes[request], foreign) for request in keys]

    async def _find(self, account: Account, requests: list[InvoiceRequest]) -> dict[InvoiceRequest, Outcome]:
        ids = frozenset(request.source_invoice_id for request in requests)
        fields = with_requirements(frozenset().union(*(request.fields for request in requests)))
        try:
            found = await self._lists.find(account, ids, fields)
        except (SourceError, CallBudgetExceeded) as failure:
            return dict.fromkeys(requests, failure)
        by_id = {invoice.source_invoice_id: invoice for invoice in found.invoices}
        return {request: by_id.get(id_ := request.source_invoice_id, found.failure_of(id_)) for request in requests}


def _own(outcome: Outcome, foreign: frozenset[str]) -> Outcome:
    return None if foreign and isinstance(outcome, Invoice) and outcome.id in foreign else outcome
