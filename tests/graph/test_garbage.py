"""An answer's objects end with it: none of them waits for the cyclic collector."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from graph.context import Context, Limits
from graph.execution.executor import CompiledExecutor
from graph.http.endpoint import Endpoint, EndpointSettings
from graph.schema import build_schema
from resolvers.gateway import Session
from tests.graph.asking import Anybody
from tests.http.serving import client, shop


@pytest.fixture
def _no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_no_collector")
@pytest.mark.parametrize(
    "arguments",
    ["first: 2", "first: 0", 'filter: {issueDate: {from: "x"}}', "filter: {issueDate: {from: $day}}"],
    ids=["an answer", "an error", "a literal that cannot be read", "a variable that cannot be read"],
)
async def test_an_answered_operation_leaves_nothing_to_the_collector(arguments: str) -> None:
    limits = Limits()
    settings = EndpointSettings(
        limits=limits, deadline_seconds=30, time_zone=ZoneInfo("UTC"), document_link=lambda invoice, customer: ""
    )
    endpoint = Endpoint(build_schema(limits), shop().gateway, Anybody(), settings)

    async with client(endpoint) as asking:
        head = "query Q($day: Date!) " if "$day" in arguments else ""
        wanted = f"invoices({arguments}) {{ nodes {{ number total {{ amount }} }} }}"
        text = f'{head}{{ customer(id: "C-1") {{ id {wanted} }} }}'
        reply = await asking.post("/", json={"query": text, "variables": {"day": "x"}})
    await asyncio.sleep(0)

    assert "C-1" in reply.text or "errors" in reply.json()
    assert [type(left) for left in gc.get_objects() if _is_of_a_run(left)] == []


def _is_of_a_run(left: object) -> bool:
    """Whether it was read or made for one answer; an executor that is there to be copied has no context."""
    is_executor = type(left) is CompiledExecutor and left.context_value is not None
    return is_executor or type(left) in (Context, Session)
