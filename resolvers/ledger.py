"""What some accounts owe: all their invoices read for the amounts alone, with how each source did beside the sums.

Both are made once in an operation, however many places ask for them.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from resolvers.gateway import Session
from resolvers.invoices_by_account import AccountInvoices, InvoicesRequest
from resolvers.merge import AccountSlice, merge
from resolvers.model.customer import Account
from resolvers.model.source import Capabilities
from resolvers.order import NEWEST_FIRST
from resolvers.outcome import (
    SourceOutcome,
    SourceResult,
    SourceResultStatus,
    answered,
    failed,
    failure_of,
    is_complete,
    results_of,
    skipped,
)
from resolvers.owed import Balance, CurrencyAging, Debt, aging_of, balance_of, debts_of

Debts = tuple[list[Debt], list[SourceResult]]

_AMOUNTS = frozenset({"type", "status", "total", "amountPaid", "amountDue", "dueDate", "currencyCode"})
_KINDS = frozenset({"type", "status", "currencyCode"})
"""Enough of an invoice whose amount due its source can never say: whether it counts, and in which currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceSummary:
    """What is owed, one entry a currency, and how the sources did; a result counts the invoices behind the entries."""

    as_of: date
    entries: list[Balance]
    is_complete: bool
    sources: list[SourceResult]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgingReport:
    """How long what is owed has been due, by currency, and how the sources did."""

    as_of: date
    currencies: list[CurrencyAging]
    is_complete: bool
    sources: list[SourceResult]


async def read_balances(
    session: Session, accounts: Sequence[Account], sources: frozenset[str], as_of: date
) -> BalanceSummary:
    """The balances of the accounts at these sources (none named: at all), whatever the sources do.

    Raises CallBudgetExceeded or OperationTimeout.
    """

    async def make() -> BalanceSummary:
        debts, results = await _debts(session, accounts, sources)
        entries = [balance_of(debt, as_of) for debt in debts]
        return BalanceSummary(as_of=as_of, entries=entries, is_complete=is_complete(results), sources=results)

    return await session.once.of((BalanceSummary, _ids(accounts), sources, as_of), make)


async def read_aging(
    session: Session, accounts: Sequence[Account], sources: frozenset[str], as_of: date
) -> AgingReport:
    """The same by age. Raises CallBudgetExceeded or OperationTimeout."""

    async def make() -> AgingReport:
        debts, results = await _debts(session, accounts, sources)
        currencies = [aging_of(debt, as_of) for debt in debts]
        return AgingReport(as_of=as_of, currencies=currencies, is_complete=is_complete(results), sources=results)

    return await session.once.of((AgingReport, _ids(accounts), sources, as_of), make)


async def _debts(session: Session, accounts: Sequence[Account], sources: frozenset[str]) -> Debts:
    """What is owed on whatever day."""
    return await session.once.of((Debt, _ids(accounts), sources), lambda: _read_debts(session, accounts, sources))


async def _read_debts(session: Session, accounts: Sequence[Account], sources: frozenset[str]) -> Debts:
    """What is owed by all invoices, each once though two accounts list it, and how the sources did."""
    asked = [account for account in accounts if not sources or account.source in sources]
    gateway, loader = session.gateway, session.invoices_by_account
    requests = (
        InvoicesRequest(account=account, fields=_fields(gateway.sources[account.source].capabilities), all_rows=True)
        for account in asked
    )
    answers = [_whole(answer) for answer in await asyncio.gather(*(loader.load(request) for request in requests))]
    slices = [AccountSlice(answer.request.account, answer.slice) for answer in answers if answer.slice is not None]
    debts = debts_of(merge(slices, NEWEST_FIRST, None).rows)
    outcomes = [_outcome(answer, session.operation.request_id) for answer in answers]
    counts = Counter(invoice.source for debt in debts for invoice in debt.counted)
    return debts, results_of([*outcomes, *skipped(accounts, sources)], counts)


def _whole(answer: AccountInvoices) -> AccountInvoices:
    """The answer, without its slice where rows are absent: no sum is of a part of an account."""
    if answer.slice is None or answer.slice.failure is None:
        return answer
    return AccountInvoices(answer.request, failure=answer.slice.failure)


def _ids(accounts: Sequence[Account]) -> tuple[str, ...]:
    return tuple(account.id for account in accounts)


def _fields(capabilities: Capabilities) -> frozenset[str]:
    """What to ask of every invoice. Where each one costs a call that cannot say what is due: no more than the index."""
    if "amountDue" in capabilities.fields:
        return _AMOUNTS
    return _KINDS if capabilities.lists_by_account else frozenset()


def _outcome(answer: AccountInvoices, request_id: str) -> SourceOutcome:
    source, failure, known = answer.request.account.source, answer.failure, answer.slice
    if failure is not None:
        return failed(source, failure_of(failure), request_id)
    if known is None or not known.is_indexed:
        return SourceOutcome(source=source, status=SourceResultStatus.NOT_INDEXED)
    return answered(source, cache_status=known.cache_status, fetched_at=known.fetched_at, notes=known.notes)
