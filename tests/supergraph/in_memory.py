"""The subgraph over one source in memory, asked over HTTP within the process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from graph.context import Limits
from graph.http.endpoint import Endpoint, EndpointSettings
from graph.schema import build_schema
from resolvers.access import EVERYONE_IS_STAFF, Principal, ViewerRole
from tests.lists.bench import bench_of
from tests.lists.shelf import WINDOW, Shelf, account_at, invoice_of

NOT_THEIRS = Principal("somebody", (ViewerRole.CUSTOMER,), frozenset({"C-2"}))

ACCOUNT = account_at("shop", "7")
INVOICE = invoice_of(ACCOUNT, "1", number="2026/1")


def _shop() -> Shelf:
    return Shelf("shop", WINDOW, books={"7": [INVOICE]})


@dataclass(slots=True)
class Subgraph:
    """One customer (C-1) with one account at the source `shop`, where one invoice is."""

    type_prefix: str = ""
    owns_customer: bool = True
    limits: Limits = field(default_factory=Limits)
    principal: Principal = EVERYONE_IS_STAFF
    may_explain: Callable[[Principal], bool] = lambda principal: principal.is_staff
    shop: Shelf = field(default_factory=_shop)

    async def authenticate(self, headers: Mapping[str, str]) -> Principal:
        """The principal of the test."""
        return self.principal

    async def ask(
        self, query: str, variables: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """The answer's body."""
        bench = bench_of(self.shop)
        bench.register.all_accounts.append(ACCOUNT)
        settings = EndpointSettings(
            limits=self.limits,
            deadline_seconds=30,
            time_zone=ZoneInfo("UTC"),
            type_prefix=self.type_prefix,
            document_link=lambda invoice, customer: "",
            may_explain=self.may_explain,
        )
        schema = build_schema(self.limits, type_prefix=self.type_prefix, owns_customer=self.owns_customer)
        endpoint = Endpoint(schema, bench.gateway, self, settings)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://graph.test") as client:
            reply = await client.post("/", json={"query": query, "variables": variables or {}}, headers=headers)
        return reply.json()
