"""Invoices by account: what several places of one operation want of an account, asked of its source once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter

import msgspec

from resolvers.account_lists import AccountLists
from resolvers.batch import BatchLoader, side_by_side
from resolvers.filter import EVERY_INVOICE, InvoiceFilter
from resolvers.lists.slice import Need, Position, Slice, outline_of
from resolvers.model.customer import Account
from resolvers.model.directory import Directory
from resolvers.model.errors import CallBudgetExceeded, SourceError
from resolvers.model.invoice import Invoice, InvoiceType, Note
from resolvers.model.requires import with_requirements
from resolvers.model.source import InvoiceSource
from resolvers.order import NEWEST_FIRST, InvoiceOrder
from resolvers.ownership import foreign_invoices
from resolvers.plan import pushed_types


class InvoicesRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What one place wants of one account's list; see Need for the words. `all_rows`: all of it, in any order."""

    account: Account
    fields: frozenset[str]
    filter: InvoiceFilter = EVERY_INVOICE
    order: InvoiceOrder = NEWEST_FIRST
    want: int = 0
    least: int = 0
    pages: int = 1
    count: bool = False
    distinct: bool = False
    all_rows: bool = False
    start: Position | None = None

    def __hash__(self) -> int:
        """Of what tells most requests apart: hashing all of an account and of a filter takes longer than comparing."""
        return hash((self.account.id, self.fields, self.want))

    @property
    def outline(self) -> frozenset[str]:
        """The fields that must be known of every row."""
        return outline_of(self.filter, self.order, self._of_all)

    def need(self, fields: frozenset[str], beside: frozenset[str]) -> Need:
        """What of the list is needed, with the fields that all who ask want of its rows, and of every row."""
        return Need(
            fields=fields,
            filter=self.filter,
            order=self.order,
            want=self.want,
            least=self.least,
            pages=self.pages,
            count=self.count,
            distinct=self.distinct,
            of_all=self._of_all,
            beside=beside,
            start=self.start,
        )

    @property
    def _of_all(self) -> frozenset[str] | None:
        return self.fields if self.all_rows else None


class AccountInvoices(msgspec.Struct, frozen=True):
    """What came of it: a slice, or why there is none."""

    request: InvoicesRequest
    slice: Slice | None = None
    failure: SourceError | None = None


Outcome = AccountInvoices | CallBudgetExceeded

_WANT = attrgetter("want", "all_rows")


class InvoicesByAccount(BatchLoader[InvoicesRequest, AccountInvoices]):
    """Groups the requests of one tick by account and asks each source for the union of the fields."""

    def __init__(self, sources: Mapping[str, InvoiceSource], directory: Directory, lists: AccountLists) -> None:
        super().__init__()
        self._sources, self._directory, self._lists = sources, directory, lists

    async def batch_load_fn(self, keys: list[InvoicesRequest]) -> list[Outcome]:  # type: ignore[override]  # errors a key
        """What came of each request, in their order; an error stands for its own key alone."""
        groups: dict[str, list[InvoicesRequest]] = defaultdict(list)
        for request in keys:
            groups[request.account.id].append(request)
        outcomes: dict[int, Outcome] = {}  # by the request's identity: to hash one takes long
        await side_by_side([self._read(group, outcomes) for group in groups.values()])
        foreign = await foreign_invoices(self._directory, _rows(outcomes.values()))
        found = [outcomes[id(request)] for request in keys]
        return [_without(outcome, foreign) for outcome in found] if foreign else found

    async def _read(self, requests: list[InvoicesRequest], outcomes: dict[int, Outcome]) -> None:
        """Notes what came of one account's requests."""
        capabilities = self._sources[requests[0].account.source].capabilities
        types = pushed_types(capabilities, [request.filter for request in requests])
        outlines: frozenset[str] = frozenset().union(*[request.outline for request in requests])
        fields = with_requirements(outlines.union(*[request.fields for request in requests]))
        # A page before the whole list, whose failure it does not share; both before a count, which they answer.
        for request in sorted(requests, key=_WANT, reverse=True):
            outcomes[id(request)] = await self._answer(request, request.need(fields, outlines), types)

    async def _answer(self, request: InvoicesRequest, need: Need, types: frozenset[InvoiceType]) -> Outcome:
        try:
            return AccountInvoices(request, await self._lists.read(request.account, need, types))
        except SourceError as failure:
            return AccountInvoices(request, failure=failure)
        except CallBudgetExceeded as failure:
            return failure


def _rows(outcomes: Iterable[Outcome]) -> Iterator[tuple[Account, list[Invoice]]]:
    """The invoices of each account that came."""
    for outcome in outcomes:
        if isinstance(outcome, AccountInvoices) and outcome.slice is not None:
            yield outcome.request.account, outcome.slice.invoices


def _without(outcome: Outcome, foreign: frozenset[str]) -> Outcome:
    """The outcome less the foreign invoices, which its notes count."""
    if isinstance(outcome, CallBudgetExceeded) or outcome.slice is None:
        return outcome
    known = outcome.slice
    kept = [invoice for invoice in known.invoices if invoice.id not in foreign]
    dropped = {invoice.source_invoice_id for invoice in known.invoices if invoice.id in foreign}
    if not dropped:
        return outcome
    is_counted = known.total_count == len(known.invoices)  # else some foreign rows may be among the unread
    changed = msgspec.structs.replace(
        known,
        invoices=kept,
        total_count=len(kept) if is_counted else None,
        ids=None if known.ids is None else known.ids - dropped,
        notes=(*known.notes, Note("ACCOUNT_MISMATCH", None, actual=str(len(dropped)))),
    )
    return msgspec.structs.replace(outcome, slice=changed)
