"""The endpoint over sources in memory, asked over HTTP within the process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from graph.context import Limits
from graph.http.endpoint import Endpoint, EndpointSettings
from graph.schema import build_schema
from resolvers.access import EVERYONE_IS_STAFF, Principal
from tests.lists.bench import Bench

_LIMITS = Limits()
SCHEMA = build_schema(_LIMITS)


class Anybody:
    """Takes everybody for staff."""

    async def authenticate(self, headers: Mapping[str, str]) -> Principal:
        """Staff."""
        return EVERYONE_IS_STAFF


async def ask(
    bench: Bench,
    query: str,
    variables: Mapping[str, object] | None = None,
    *,
    limits: Limits = _LIMITS,
    introspection: bool = True,
    headers: Mapping[str, str] | None = None,
) -> Any:
    """The answer's body; the schema is made anew for other limits, and without introspection."""
    settings = EndpointSettings(
        limits=limits, deadline_seconds=30, time_zone=ZoneInfo("UTC"), document_link=lambda invoice, customer: ""
    )
    is_usual = limits is _LIMITS and introspection
    schema = SCHEMA if is_usual else build_schema(limits, introspection=introspection)
    endpoint = Endpoint(schema, bench.gateway, Anybody(), settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://graph.test") as client:
        reply = await client.post("/", json={"query": query, "variables": variables or {}}, headers=headers)
    return reply.json()


def codes(answer: Any) -> list[str]:
    """The codes of the answer's errors."""
    return [error["extensions"]["code"] for error in answer.get("errors", [])]
