"""Invoices by account: what several places of one operation want of an account, asked of its source once."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from aiodataloader import DataLoader

from resolvers.account_lists import AccountLists
from resolvers.filter import EVERY_INVOICE, InvoiceFilter
from resolvers.lists.slice import Need, Position, Slice
from resolvers.model.customer import Account
from resolvers.model.directory import Directory
from resolvers.model.errors import SourceError
from resolvers.model.invoice import InvoiceType, Note
from resolvers.model.requires import with_requirements
from resolvers.model.source import InvoiceSource
from resolvers.order import NEWEST_FIRST, InvoiceOrder
from resolvers.ownership import foreign_invoices
from resolvers.plan import pushed_types


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicesRequest:
    """What one place wants of one account's list; see Need for the words."""

    account: Account
    fields: frozenset[str]
    filter: InvoiceFilter = EVERY_INVOICE
    order: InvoiceOrder = NEWEST_FIRST
    want: int = 0
    least: int = 0
    count: bool = False
    distinct: bool = False
    start: Position | None = None


@dataclass(frozen=True, slots=True)
class AccountInvoices:
    """What came of it: a slice, or why there is none."""

    request: InvoicesRequest
    slice: Slice | None = None
    failure: SourceError | None = None


class InvoicesByAccount(DataLoader[InvoicesRequest, AccountInvoices]):
    """Groups the requests of one tick by account and asks each source for the union of the fields."""

    def __init__(self, sources: Mapping[str, InvoiceSource], directory: Directory, lists: AccountLists) -> None:
        super().__init__()
        self._sources, self._directory, self._lists = sources, directory, lists

    async def batch_load_fn(self, keys: list[InvoicesRequest]) -> list[AccountInvoices]:
        """What came of each request. Raises CallBudgetExceeded."""
        groups: dict[Account, list[InvoicesRequest]] = defaultdict(list)
        for request in keys:
            groups[request.account].append(request)
        answers = await asyncio.gather(*(self._read(account, group) for account, group in groups.items()))
        by_request = {answer.request: answer for group in answers for answer in group}
        foreign = await self._foreign(by_request.values())
        return [_without(by_request[request], foreign) for request in keys]

    async def _read(self, account: Account, requests: list[InvoicesRequest]) -> list[AccountInvoices]:
        capabilities = self._sources[account.source].capabilities
        types = pushed_types(capabilities, (request.filter for request in requests))
        outlines = (Need(filter=request.filter, order=request.order).outline for request in requests)
        fields = with_requirements(frozenset().union(*outlines, *(request.fields for request in requests)))
        widest_first = sorted(requests, key=lambda request: request.want, reverse=True)
        return [await self._answer(request, fields, types) for request in widest_first]

    async def _answer(
        self, request: InvoicesRequest, fields: frozenset[str], types: frozenset[InvoiceType]
    ) -> AccountInvoices:
        need = Need(
            fields=fields,
            filter=request.filter,
            order=request.order,
            want=request.want,
            least=request.least,
            count=request.count,
            distinct=request.distinct,
            start=request.start,
        )
        try:
            return AccountInvoices(request, await self._lists.read(request.account, need, types))
        except SourceError as failure:
            return AccountInvoices(request, failure=failure)

    async def _foreign(self, answers: Iterable[AccountInvoices]) -> frozenset[str]:
        rows = (
            (answer.request.account, invoice)
            for answer in answers
            if answer.slice is not None
            for invoice in answer.slice.invoices
        )
        return await foreign_invoices(self._directory, rows)


def _without(answer: AccountInvoices, foreign: frozenset[str]) -> AccountInvoices:
    """The answer less the foreign invoices, which its notes count."""
    if answer.slice is None or not foreign:
        return answer
    kept = [invoice for invoice in answer.slice.invoices if invoice.id not in foreign]
    dropped = len(answer.slice.invoices) - len(kept)
    if not dropped:
        return answer
    notes = (*answer.slice.notes, Note("ACCOUNT_MISMATCH", None, actual=str(dropped)))
    return replace(answer, slice=replace(answer.slice, invoices=kept, notes=notes))
