"""The gateway in this process over the five emulators, one of which is read by any adapter's protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from graph.context import Limits
from graph.http.endpoint import Endpoint, EndpointSettings
from graph.schema import build_schema
from resolvers.access import EVERYONE_IS_STAFF, Principal
from resolvers.answers import SharedSource
from resolvers.gateway import Gateway, Session
from resolvers.keys import KeyRing
from resolvers.model.customer import Account, Secret
from resolvers.model.identity import account_id
from resolvers.model.operation import Operation
from resolvers.model.source import IndexedInvoice, InvoiceSource
from resolvers.sources import connectors
from resolvers.transport.breaker import Breaker
from resolvers.transport.cache import AnswerCache
from resolvers.transport.http import HttpTransport
from resolvers.transport.retry import RetryPolicy
from sandbox.books import SOURCES, Books
from sandbox.faults import Fault
from sandbox.server import Sandbox
from tests.contract.adapter import ADAPTERS, Adapter
from tests.lists.register import Register

RETRIES = 2
USUAL = {
    name: next(adapter for adapter in ADAPTERS if adapter.name == usual)
    for name, usual in zip(
        ("association", "shop", "webstore", "orders", "wholesale"),
        ("netforum-soap", "shoxl-rest", "open2b", "seansworld", "kruitbosch-json"),
        strict=True,
    )
}
_SCHEMA = build_schema(Limits())
_KEYS = KeyRing(["a key of the tests alone"])


class _Watched(Gateway):
    """Keeps every operation, for its calls to be counted."""

    operations: list[Operation]

    def session(self, principal: Principal, operation: Operation) -> Session:
        """The loaders for one operation."""
        self.operations.append(operation)
        return super().session(principal, operation)


class _Anybody:
    async def authenticate(self, headers: Mapping[str, str]) -> Principal:
        return EVERYONE_IS_STAFF


@dataclass(slots=True)
class House:
    """One customer's five sources; `adapters` say how each is read, `settings` are those of the source in trouble.

    Retries do not wait, and breakers go by `seconds`, which a test sets.
    """

    sandbox: Sandbox
    customer_id: str
    in_trouble: Adapter
    settings: dict[str, object] = field(default_factory=dict)
    deadline_seconds: float = 30.0
    seconds: float = 0.0
    _gateway: _Watched = field(init=False)
    _cache: AnswerCache = field(init=False)
    _client: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        adapters = USUAL | {self.in_trouble.emulator: self.in_trouble}
        self._cache = AnswerCache(fresh_seconds=0, stale_seconds=0)
        sources = {
            name: SharedSource(self._source(name, adapters[name]), self._cache, key_secret=b"key") for name in SOURCES
        }
        register = _register(self.sandbox.books, self.customer_id, adapters, self.in_trouble.emulator)
        self._gateway = _Watched(sources, register, _KEYS)
        self._gateway.operations = []
        endpoint = Endpoint(
            _SCHEMA,
            self._gateway,
            _Anybody(),
            EndpointSettings(
                limits=Limits(),
                deadline_seconds=self.deadline_seconds,
                time_zone=ZoneInfo("UTC"),
                document_link=lambda invoice, customer: "",
            ),
        )
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://graph.test")

    async def ask(self, query: str, **variables: object) -> Any:
        """The answer's body."""
        reply = await self._client.post("/", json={"query": query, "variables": variables})
        return reply.json()

    def arm(self, kind: str, *, times: int | None = None, after: int = 0, seconds: float = 60.0) -> None:
        """Lets the source in trouble misbehave; `times` None: from now on."""
        fault = Fault(kind, times=times, after=after, seconds=seconds)
        self.sandbox.board.faults[self.in_trouble.emulator] = fault

    def heal(self) -> None:
        """Nothing is wrong any more, and every breaker's pause is over."""
        self.sandbox.board.faults.clear()
        self.seconds += 60

    @property
    def most_attempts(self) -> int:
        """The most that was sent for one logical call."""
        calls = (call for operation in self._gateway.operations for call in operation.calls)
        return max((call.attempts for call in calls), default=0)

    async def aclose(self) -> None:
        """Lets go of all connections."""
        await self._client.aclose()
        await self._gateway.aclose()
        await self._cache.aclose()

    def _source(self, name: str, adapter: Adapter) -> InvoiceSource:
        connector = connectors()[adapter.kind]
        told = self.settings if adapter is self.in_trouble else {}
        base_url = self.sandbox.url(name) + adapter.path
        table = {"base_url": base_url, "timeout_seconds": 20, "retries": RETRIES}
        read = connector.SETTINGS.model_validate(table | dict(adapter.settings) | told)
        transport = HttpTransport(
            name,
            read,
            retry=RetryPolicy(read.retries, uniform=lambda low, _high: low),
            breaker=Breaker(clock=lambda: self.seconds),
        )
        return connector.build(name, read, transport, lambda: datetime.now(UTC))


def _register(books: Books, customer_id: str, adapters: Mapping[str, Adapter], in_trouble: str) -> Register:
    """The directory: the customer's accounts as each adapter logs in, and the index of the one that cannot list.

    It knows the customer numbers of all who are at the source in trouble.
    """
    register = Register()
    for of in books.accounts:
        if of.source == in_trouble:
            register.numbers[of.number] = frozenset({of.customer_id})
        if of.customer_id == customer_id:
            secret = adapters[of.source].secret_of(books, of)
            account = Account(
                id=account_id(of.source, of.key),
                source=of.source,
                key=of.key,
                customer_id=customer_id,
                secret=Secret(secret) if secret else None,
                context=tuple(of.context.items()),
            )
            register.all_accounts.append(account)
            if of.source == "orders":
                rows = books.invoices[of.source, of.key]
                register.index[account.id] = [IndexedInvoice(row.id, row.issued) for row in rows]
    return register
