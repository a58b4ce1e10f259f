"""Houses over the session's sandbox, with everything closed after each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from sandbox.server import Sandbox
from tests.contract.adapter import Adapter
from tests.faults.house import House

Open = Callable[..., House]


@pytest.fixture
async def open_house(sandbox: Sandbox) -> AsyncIterator[Open]:
    """Makes the gateway with one adapter's source in trouble; what follows are that source's settings."""
    made: list[House] = []

    def open_(
        in_trouble: Adapter, customer_id: str = "C-1001", deadline_seconds: float = 30.0, **settings: object
    ) -> House:
        made.append(House(sandbox, customer_id, in_trouble, dict(settings), deadline_seconds))
        return made[-1]

    yield open_
    for house in made:
        await house.aclose()
