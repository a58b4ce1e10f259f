"""One client operation, as the rooms below see it: how long it may take, how many calls it may make, what it called."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from resolvers.model.errors import CallBudgetExceeded


@dataclass(slots=True)
class UpstreamCall:
    """One logical call to a source, for explain, logs and tests. Never carries a credential.

    `attempts` counts what was really sent (0: answered by a shared call or the cache).
    """

    source: str
    operation: str
    account: str = ""
    fields: tuple[str, ...] = ()
    ids: int = 0
    page: int | None = None
    outcome: str = "OK"
    cache_status: str = "FRESH"
    shared: bool = False
    attempts: int = 0
    status: int | None = None
    milliseconds: float = 0.0
    received_bytes: int = 0
    rows: int | None = None


@dataclass(slots=True)
class Operation:
    """The deadline on the monotonic clock (seconds), the budget of upstream calls, and the calls made so far."""

    deadline: float
    call_budget: int = 500
    request_id: str = ""
    clock: Callable[[], float] = time.monotonic
    calls: list[UpstreamCall] = field(default_factory=list)

    def remaining_seconds(self) -> float:
        """How long the operation may still take; 0 when its time is over."""
        return max(0.0, self.deadline - self.clock())

    def begin(self, call: UpstreamCall) -> UpstreamCall:
        """The call, noted and taken from the budget. Raises CallBudgetExceeded."""
        if len(self.calls) >= self.call_budget:
            raise CallBudgetExceeded(
                f"The operation needs more than {self.call_budget} upstream calls. "
                "Ask for fewer customers, invoices or fields."
            )
        self.calls.append(call)
        return call
