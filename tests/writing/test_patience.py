"""Who waits for another request asks again while there is time for an answer, and then takes the last one."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from resolvers.model.operation import Operation
from resolvers.writing.patience import settled


@pytest.mark.parametrize("deadline", [hundredth / 100 for hundredth in range(1, 400, 7)])
async def test_nobody_is_asked_for_the_last_time_when_no_answer_can_come(
    monkeypatch: pytest.MonkeyPatch, deadline: float
) -> None:
    now, left = 0.0, list[float]()
    operation = Operation(deadline, clock=lambda: now)

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    async def ask() -> bool:
        left.append(operation.remaining_seconds())
        return False

    monkeypatch.setattr("resolvers.writing.patience.asyncio", SimpleNamespace(sleep=sleep))

    assert await settled(ask, bool, operation) is False
    assert min(left[1:], default=1) >= 0.05
    assert left[-1] <= 1
