"""The endpoint over sources in memory, as a client within the process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from starlette.types import ASGIApp

from graph.context import Limits
from graph.http.authenticator import Authenticator
from graph.http.endpoint import Endpoint, EndpointSettings
from graph.http.persisted_queries import DocumentTexts
from graph.schema import build_schema
from tests.graph.asking import Anybody
from tests.lists.bench import Bench, bench_of
from tests.lists.shelf import Shelf, account_at, invoice_of

ACCOUNT = account_at("shop", "1")
SCHEMA = build_schema(Limits())


def shop() -> Bench:
    """One customer with one invoice at one source."""
    bench = bench_of(Shelf("shop", books={"1": [invoice_of(ACCOUNT, "7", date(2026, 1, 1))]}))
    bench.register.all_accounts = [ACCOUNT]
    return bench


def endpoint(
    bench: Bench, documents: DocumentTexts | None = None, *, authenticator: Authenticator | None = None, **settings: Any
) -> Endpoint:
    """The endpoint over the bench."""
    usual: dict[str, Any] = {
        "limits": Limits(),
        "deadline_seconds": 30,
        "time_zone": ZoneInfo("UTC"),
        "document_link": lambda _invoice, _customer: "",
    }
    return Endpoint(SCHEMA, bench.gateway, authenticator or Anybody(), EndpointSettings(**usual | settings), documents)


def client(of: ASGIApp) -> httpx.AsyncClient:
    """A client of the endpoint alone."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(of), base_url="http://graph.test")


async def post(of: Endpoint, body: Mapping[str, Any], **headers: str) -> httpx.Response:
    """The answer to one POST."""
    async with client(of) as asking:
        return await asking.post("/", json=body, headers=headers)
