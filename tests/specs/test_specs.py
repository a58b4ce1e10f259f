"""Every page of this folder, asked of the real service over the sandbox: README.md says how a page is written."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.server import Sandbox
from tests.conftest import Answer, Ask
from tests.specs.answers import filled, masked
from tests.specs.page import Request, Upstream, parse_page

PAGES = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted(Path(__file__).parent.glob("*.md"))
    if path.name != "README.md"
}
_IS_BACK = '{ customer(id: "C-1001") { invoices(first: 1, filter: {sources: ["%s"]}) { nodes { id } isComplete } } }'
_MOST_LOOKS = 80


@pytest.fixture
async def control(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    """The sandbox's control application, which refuses what it does not know."""
    async with httpx.AsyncClient(base_url=sandbox.control_url, trust_env=False) as client:
        yield client


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_holds(name: str, ask: Ask, control: httpx.AsyncClient) -> None:
    taken: dict[str, str] = {}
    broken: set[str] = set()
    try:
        for number, request in enumerate(parse_page(PAGES[name]), start=1):
            await _arrange(request.upstream, ask, control)
            broken |= {fault["source"] for fault in request.upstream.faults}

            answer = await ask(request.query, **filled(request.variables, taken))

            _check(f"request {number} of {name}", request, answer, taken)
    finally:
        await _mend(broken, ask, control)


async def _arrange(upstream: Upstream, ask: Ask, control: httpx.AsyncClient) -> None:
    await _mend(set(upstream.mended), ask, control)
    for invoice in upstream.invoices:
        reply = await control.post(f"/invoices/{invoice['source']}/{invoice['account']}")
        assert reply.status_code == 201, reply.text
    for fault in upstream.faults:
        told = {name: value for name, value in fault.items() if name != "source"}
        reply = await control.put(f"/faults/{fault['source']}", json=told)
        assert reply.status_code == 200, reply.text


def _check(place: str, request: Request, answer: Answer, taken: dict[str, str]) -> None:
    body = {"data": answer.data} if answer.status == 200 else {}
    body |= {"errors": answer.errors} if answer.errors else {}
    body |= {"extensions": answer.extensions} if answer.extensions else {}
    assert _text(masked(request.answer, body, taken)) == _text(request.answer), f"the answer to {place}"
    assert request.calls.counted(answer.calls) == request.calls.expected, f"the calls of {place}"


def _text(value: Any) -> str:
    """JSON line by line: in Python true equals 1, here it does not."""
    return json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True)


async def _mend(sources: set[str], ask: Ask, control: httpx.AsyncClient) -> None:
    """Disarms the sources' faults, and waits until the gateway has taken notice: its breaker may have opened."""
    for source in sorted(sources):
        await control.delete(f"/faults/{source}")
        for _ in range(_MOST_LOOKS):
            if (await ask(_IS_BACK % source)).data["customer"]["invoices"]["isComplete"]:
                break
            await asyncio.sleep(0.1)
        else:
            pytest.fail(f"{source} did not come back")
