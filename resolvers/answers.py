"""Asks a source once where several ask the same at once, or asked it a moment ago; keeps a copy for when it is down.

It stands below the gate: who may see an account is asked before and after, never kept here.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from resolvers.answer_keys import AnswerKeys, Query, identity
from resolvers.model.customer import Account
from resolvers.model.errors import CallBudgetExceeded, CircuitOpen, SourceError, SourceTimeout
from resolvers.model.invoice import CacheStatus
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.source import Capabilities, FindQuery, InvoiceList, InvoiceSource, ListQuery, SourceHealth
from resolvers.source_failures import FailureLog, own_failures
from resolvers.transport.cache import AnswerCache, CachedAnswer

Asked = TypeVar("Asked", bound=Query)
Ask = Callable[[Asked, Operation], Awaitable[InvoiceList]]


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An earlier answer, and whether it would be given out instead of asking the source again."""

    answer: InvoiceList
    is_fresh: bool


@dataclass(slots=True, eq=False)
class _Flight:
    """A call under way for one or more operations; `standby` answers those whose time is over before it ends.

    `generation` is the account's from before the call.
    """

    operation: Operation
    account_id: str
    generation: str | None
    task: asyncio.Task[InvoiceList] = field(init=False)
    waiters: int = 0
    standby: CachedAnswer | None = None


class SharedSource:
    """A source whose identical calls are shared while under way, and whose answers are kept.

    What makes calls identical: the account with its secret and context, the method, its arguments, and the exact
    fields. `key_secret` keys the hashes that answers are kept by, so that no secret can be guessed from one; replicas
    that share a cache share it too. An answer that was kept says HIT, one that stands in for a source that fails STALE,
    on the list and on every invoice. Each caller keeps its own deadline; the call lives as long as the most patient of
    them waits.
    """

    def __init__(self, source: InvoiceSource, cache: AnswerCache, *, key_secret: bytes) -> None:
        self.name, self.title, self.kind = source.name, source.title, source.kind
        self.capabilities: Capabilities = source.capabilities
        self._source = source
        self._cache = cache
        self._keys = AnswerKeys(source.name, key_secret)
        self._flights: dict[Hashable, _Flight] = {}
        self._tasks: set[asyncio.Task[InvoiceList]] = set()
        self._puts: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()
        self._failures = FailureLog()
        self.given: Counter[CacheStatus] = Counter()

    def health(self) -> SourceHealth:
        """How the source did lately; answers that were kept say nothing of that."""
        return self._source.health()

    def list_invoices(self, query: ListQuery, operation: Operation) -> Coroutine[Any, Any, InvoiceList]:
        """One page of an account's list."""
        return self._answer(query, operation, self._source.list_invoices)

    def find_invoices(self, query: FindQuery, operation: Operation) -> Coroutine[Any, Any, InvoiceList]:
        """The invoices of these ids that the account has."""
        return self._answer(query, operation, self._source.find_invoices)

    async def kept(self, query: Query) -> KeptAnswer | None:
        """What is kept of an earlier answer to the same query, without asking the source."""
        place = self._place(query, await self._generation(query.account))
        cached = None if place is None else await self._cache.get(place)
        return None if cached is None else KeptAnswer(cached.answer, is_fresh=self._cache.is_fresh(cached))

    async def forget(self, account: Account) -> None:
        """What was kept of the account answers nobody any more, and nobody joins a call for it that is under way."""
        self._flights = {key: flight for key, flight in self._flights.items() if flight.account_id != account.id}
        await self._cache.forget(self._keys.group(account))

    async def aclose(self) -> None:
        """Ends what is under way and lets go of the source; the cache is its owner's to close."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._puts, return_exceptions=True)
        await self._source.aclose()

    async def _answer(self, query: Asked, operation: Operation, ask: Ask[Asked]) -> InvoiceList:
        operation.plan(1)
        try:
            answer = await self._planned(query, await self._generation(query.account), operation, ask)
        except SourceError as error:
            self._failures.tell(error, operation)
            raise
        if not operation.is_abandoned:
            self.given[answer.cache_status] += 1
        return answer

    async def _planned(
        self, query: Asked, generation: str | None, operation: Operation, ask: Ask[Asked]
    ) -> InvoiceList:
        key = identity(query), generation
        flight = self._flights.get(key)
        if flight is None:
            return await self._arrival(key, self._departed(key, query, operation, ask), operation)
        call = unsent_call(self.name, query, shared=True)
        operation.calls.append(call)
        try:
            answer = await self._arrival(key, flight, operation)
        except SourceError as error:
            call.outcome = error.code
            operation.prepaying(1).give_back()  # it cost this operation no call
            raise
        except CallBudgetExceeded:  # the budget was that of the operation which began the call
            operation.calls.remove(call)
            operation.check_budget()
            return await self._planned(query, generation, operation, ask)
        operation.prepaying(1).give_back()  # it cost this operation no call
        call.cache_status, call.rows = answer.cache_status, len(answer.invoices)
        call.age_seconds = self._cache.age_seconds(answer)
        return answer

    def _departed(
        self, key: tuple[Hashable, str | None], query: Asked, operation: Operation, ask: Ask[Asked]
    ) -> _Flight:
        """A new flight, whose calls are noted with the operation that began it."""

        def landed(task: asyncio.Task[InvoiceList]) -> None:
            self._clear(key, flight)
            self._tasks.discard(task)
            if not task.cancelled():
                task.exception()  # seen, even if nobody waits any more

        flight = self._flights[key] = _Flight(operation.prepaying(1), query.account.id, generation=key[1])
        flight.task = self._loop.create_task(self._fly(query, flight, ask))
        self._tasks.add(flight.task)
        flight.task.add_done_callback(landed)
        return flight

    async def _fly(self, query: Asked, flight: _Flight, ask: Ask[Asked]) -> InvoiceList:
        flight.operation.check_budget()  # all that is asked at the same moment was planned by now
        place = self._place(query, flight.generation)
        cached = None if place is None else await self._cache.get(place)
        if cached is not None and self._cache.is_fresh(cached):
            return self._kept(query, flight.operation, cached, CacheStatus.HIT)
        flight.standby = cached
        try:
            with own_failures(self.name):
                answer = await ask(query, flight.operation)
        except SourceError as error:
            if cached is None or not (error.is_retryable or isinstance(error, CircuitOpen)):
                raise
            return self._kept(query, flight.operation, cached, CacheStatus.STALE)
        if place is not None:
            put = self._loop.create_task(self._cache.put(place, answer, group=self._group(query.account)))
            self._puts.add(put)
            put.add_done_callback(self._puts.discard)
        return answer

    def _group(self, account: Account) -> str | None:
        """What the account's answers are forgotten by; None: only sources that are written to have any to forget."""
        return self._keys.group(account) if self.capabilities.writes and self._cache.keeps else None

    async def _generation(self, account: Account) -> str | None:
        """What tells the account's answers from those of before the last write; None: keep and read none."""
        group = self._group(account)
        return "" if group is None else await self._cache.generation(group)

    def _place(self, query: Query, generation: str | None) -> str | None:
        """Where the answer is kept; None for nowhere.

        Raises SourceAuthFailed where the account's secret cannot be opened.
        """
        if generation is None or not self._cache.keeps:
            return None
        return f"{self._keys.answer(query)}:{generation}"

    async def _arrival(self, key: Hashable, flight: _Flight, operation: Operation) -> InvoiceList:
        """What the flight brings before the operation's deadline, or what stands by for it."""
        shared = flight.operation
        shared.deadline = max(shared.deadline, shared.clock() + operation.remaining_seconds())
        flight.waiters += 1
        try:
            await operation.wait(flight.task)
        finally:
            flight.waiters -= 1
            if not flight.waiters and not flight.task.done():
                self._clear(key, flight)
                flight.task.cancel()
        if flight.task.done():
            return flight.task.result()
        if flight.standby is not None:
            return _stamped(flight.standby.answer, CacheStatus.STALE)
        raise SourceTimeout(self.name, "no answer before the operation's deadline")

    def _clear(self, key: Hashable, flight: _Flight) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]

    def _kept(self, query: Query, operation: Operation, cached: CachedAnswer, status: CacheStatus) -> InvoiceList:
        """The kept answer, noted as a call that was not made."""
        call = unsent_call(self.name, query)
        call.cache_status, call.rows = status, len(cached.answer.invoices)
        call.age_seconds = self._cache.age_seconds(cached.answer)
        operation.calls.append(call)
        operation.give_back()
        return _stamped(cached.answer, status)


def unsent_call(source: str, query: Query, *, shared: bool = False) -> UpstreamCall:
    """The call that a query stands for, where the source itself is not asked."""
    return UpstreamCall(
        source=source,
        operation="list_invoices" if isinstance(query, ListQuery) else "find_invoices",
        account=query.account.key,
        fields=tuple(sorted(query.fields)),
        ids=len(query.ids) if isinstance(query, FindQuery) else 0,
        page=query.page if isinstance(query, ListQuery) else None,
        shared=shared,
    )


def _stamped(answer: InvoiceList, status: CacheStatus) -> InvoiceList:
    """The answer, saying on itself and on every invoice where it comes from."""
    change = msgspec.structs.replace
    invoices = [
        change(invoice, provenance=change(invoice.provenance, cache_status=status)) for invoice in answer.invoices
    ]
    return change(answer, invoices=invoices, cache_status=status)
