"""Who may not know what an operation calls is told nothing, and no plan is run for them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import httpx

from graph.context import Limits
from graph.http.endpoint import Endpoint, EndpointSettings
from graph.schema import build_schema
from tests.graph.asking import Anybody
from tests.lists.bench import bench_of

QUERY = '{ customer(id: "unknown") { id } }'


async def asked(wish: str) -> Any:
    """The answer to somebody who may not know."""
    settings = EndpointSettings(
        limits=Limits(),
        deadline_seconds=30,
        time_zone=ZoneInfo("UTC"),
        document_link=lambda invoice, customer: "",
        may_explain=lambda principal: False,
    )
    endpoint = Endpoint(build_schema(Limits()), bench_of().gateway, Anybody(), settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://graph.test") as client:
        reply = await client.post("/", json={"query": QUERY}, headers={"x-invoice-graph-explain": wish})
    return reply.json()


async def test_the_answer_comes_without_the_report() -> None:
    assert await asked("1") == {"data": {"customer": None}}


async def test_a_plan_is_refused_instead_of_run() -> None:
    answer = await asked("plan")

    assert "data" not in answer
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
