"""What tests of shared calls and kept answers are given."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.resolvers.shelf import Bench


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """A bench, cleared afterwards."""
    made = Bench()
    yield made
    await made.source.aclose()
    await made.cache.aclose()
