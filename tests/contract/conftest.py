"""Every clause is tried on every adapter, but for those that the vendor's own reason excuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from operator import attrgetter

import pytest

from sandbox.server import Sandbox
from tests.contract.adapter import ADAPTERS, Adapter
from tests.contract.bench import Bench


@pytest.fixture(params=ADAPTERS, ids=attrgetter("name"))
def adapter(request: pytest.FixtureRequest) -> Adapter:
    adapter: Adapter = request.param
    clause = request.function.__name__.removeprefix("test_")
    if clause in adapter.excuses:
        pytest.skip(f"{adapter.name}: {adapter.excuses[clause]}")
    return adapter


@pytest.fixture
async def bench(adapter: Adapter, sandbox: Sandbox) -> AsyncIterator[Bench]:
    bench = Bench(adapter, sandbox)
    yield bench
    await bench.aclose()
