"""Where a clause is tried: the real source over its emulator's socket, faults to arm, and the emulator's own record."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from resolvers.model.operation import Operation
from resolvers.model.requires import EVERYTHING
from resolvers.model.source import FindQuery, InvoiceList, InvoiceSource, ListQuery, Paging
from resolvers.sources import connectors
from resolvers.transport.http import HttpTransport
from resolvers.transport.retry import RetryPolicy
from sandbox.faults import Call, Fault
from sandbox.server import Sandbox
from tests.contract.adapter import Adapter
from tests.contract.ledger import NAME, Ledger, Subject

TITLE = "Our upstream"
RETRIES = 2
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

_ALL = frozenset({EVERYTHING})


@dataclass(slots=True)
class Bench:
    """One test's sources over one emulator; each has a breaker and a session of its own."""

    adapter: Adapter
    sandbox: Sandbox
    ledger: Ledger = field(init=False)
    _built: list[InvoiceSource] = field(default_factory=list)
    _transports: list[HttpTransport] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.adapter, self.sandbox.books, self.source().capabilities)

    def source(self, **settings: object) -> InvoiceSource:
        """A new source, whose retries do not wait; `settings` go over those of the adapter."""
        connector = connectors()[self.adapter.kind]
        base_url = self.sandbox.url(self.adapter.emulator) + self.adapter.path
        table = {"title": TITLE, "base_url": base_url, "timeout_seconds": 5, "retries": RETRIES}
        read = connector.SETTINGS.model_validate(table | dict(self.adapter.settings) | settings)
        transport = HttpTransport(NAME, read, retry=RetryPolicy(read.retries, uniform=lambda low, _high: low))
        self._transports.append(transport)
        self._built.append(connector.build(NAME, read, transport, lambda: NOON))
        return self._built[-1]

    async def proven_source(self, **settings: object) -> InvoiceSource:
        """A new source that has answered once, so that its next call is no login; the record of calls is empty."""
        source = self.source(**settings)
        await self.ask(source)
        self.calls.clear()
        return source

    async def aclose(self) -> None:
        """Lets go of all connections."""
        for source in self._built:
            await source.aclose()

    def arm(self, kind: str, *, times: int | None = None, seconds: float = 1.0, retry_after: str = "") -> None:
        """Lets the emulator misbehave on its next calls; `times` None: on all."""
        fault = Fault(kind, times=times, seconds=seconds, retry_after=retry_after)
        self.sandbox.board.faults[self.adapter.emulator] = fault

    @property
    def calls(self) -> list[Call]:
        """What the emulator received, oldest first, as it tells itself."""
        return self.sandbox.board.calls

    @property
    def outcomes(self) -> Counter[str]:
        """How the calls of all sources came out, as metrics count them."""
        counted: Counter[str] = Counter()
        for transport in self._transports:
            for (_, outcome), times in transport.tally.calls.items():
                counted[outcome] += times
        return counted

    @property
    def logins(self) -> int:
        """How many of the calls were logins."""
        return sum(1 for call in self.calls if call.operation == self.adapter.login)

    async def ask(self, source: InvoiceSource, operation: Operation | None = None) -> InvoiceList:
        """The answer to one logical call about the ledger's subject."""
        of = self.ledger.subject
        return await one_answer(source, of, self.ledger.ids(of), operation or operation_of())

    async def read(self, source: InvoiceSource, subject: Subject) -> list[InvoiceList]:
        """All that the source tells of an account: every page of its list, or each of the ledger's invoices by id."""
        if not source.capabilities.lists_by_account:
            ids = [(id_,) for id_ in self.ledger.ids(subject)]
            return await asyncio.gather(*(one_answer(source, subject, id_, operation_of()) for id_ in ids))
        pages = [await _page(source, subject, 1)]
        while source.capabilities.paging is Paging.NUMBERED and _has_next(pages):
            pages.append(await _page(source, subject, len(pages) + 1))
        return pages


def operation_of(seconds: float = 20.0, call_budget: int = 500) -> Operation:
    """An operation with so much time left."""
    return Operation(deadline=time.monotonic() + seconds, call_budget=call_budget)


async def one_answer(
    source: InvoiceSource, subject: Subject, ids: tuple[str, ...], operation: Operation
) -> InvoiceList:
    """What one call brings: the first of the list, or where the source has none, the invoices of these ids."""
    if source.capabilities.lists_by_account:
        return await source.list_invoices(ListQuery(account=subject.account, fields=_ALL), operation)
    return await find(source, subject, ids, operation)


async def find(source: InvoiceSource, subject: Subject, ids: tuple[str, ...], operation: Operation) -> InvoiceList:
    """The invoices of these ids."""
    return await source.find_invoices(FindQuery(account=subject.account, fields=_ALL, ids=ids), operation)


async def _page(source: InvoiceSource, subject: Subject, number: int) -> InvoiceList:
    query = ListQuery(account=subject.account, fields=_ALL, page=number)
    return await source.list_invoices(query, operation_of())


def _has_next(pages: list[InvoiceList]) -> bool:
    return bool(pages[-1].has_next) or len(pages) < (pages[-1].total_pages or 0)
