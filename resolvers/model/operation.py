"""One client operation, as the rooms below see it: how long it may take, how many calls it may make, what it called."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from resolvers.model.errors import CallBudgetExceeded, OperationTimeout

_FINISHING_SECONDS = 1.0


@dataclass(slots=True)
class UpstreamCall:
    """One logical call to a source, for explain, logs and tests. Never carries a credential.

    `attempts` counts what was really sent (0: answered by a shared call or the cache); `age_seconds` is how long ago
    the source said it, for an answer that was kept. `is_planned` is False for what is beside the plan and its budget:
    a login, a shop's settings, an answer that was kept. `begun_at` is on the monotonic clock, in seconds.
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
    age_seconds: float = 0.0
    is_planned: bool = False
    begun_at: float = field(default_factory=time.monotonic, compare=False)


@dataclass(slots=True)
class Spent:
    """How many calls an operation has planned so far; its copies share it."""

    calls: int = 0


@dataclass(slots=True)
class Operation:
    """The deadline on the monotonic clock (seconds), the budget of upstream calls, and the calls made so far.

    The deadline of a call that others join moves on to that of the most patient: whoever waits looks again at its end.
    `prepaid` calls of this copy were planned before, and are not taken from the budget again. `abandoned`, where there
    is one, is done when nobody waits for the answer any more: loaders outlive who asked them.
    """

    deadline: float
    call_budget: int = 500
    request_id: str = ""
    clock: Callable[[], float] = time.monotonic
    calls: list[UpstreamCall] = field(default_factory=list)
    spent: Spent = field(default_factory=Spent)
    prepaid: int = 0
    begun_at: float = field(default_factory=time.monotonic)
    abandoned: asyncio.Future[Any] | None = None

    @classmethod
    def within(cls, seconds: float, call_budget: int = 500, request_id: str = "") -> Operation:
        """One that begins now, and may take so long."""
        return cls(time.monotonic() + seconds, call_budget, request_id)

    @property
    def is_abandoned(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self.abandoned is not None and self.abandoned.done()

    def remaining_seconds(self) -> float:
        """How long the operation may still take; 0 when its time is over."""
        return max(0.0, self.deadline - self.clock())

    def check_time(self) -> None:
        """Raises OperationTimeout once the time is over, and what was read in time could have been put together."""
        if self.clock() > self.deadline + _FINISHING_SECONDS:
            raise OperationTimeout

    async def wait(self, task: asyncio.Future[Any]) -> None:
        """Returns when the task is done, the deadline is here, or nobody waits for the operation's answer any more.

        The task goes on in any case, and what it raised is not raised here. asyncio.wait takes twice as long.
        """
        loop = task.get_loop()
        over = loop.create_future()

        def wake(_: object = None) -> None:
            if not over.done():
                over.set_result(None)

        ends = [task] if self.abandoned is None else [task, self.abandoned]
        for each in ends:
            each.add_done_callback(wake)
        timer = loop.call_later(self.remaining_seconds(), wake)
        try:
            await over
        finally:
            timer.cancel()
            for each in ends:
                each.remove_done_callback(wake)

    def prepaying(self, calls: int) -> Operation:
        """A copy, for calls that were planned before: it shares what was spent and called, and has its own deadline."""
        return Operation(
            self.deadline,
            self.call_budget,
            self.request_id,
            self.clock,
            self.calls,
            self.spent,
            calls,
            self.begun_at,
            self.abandoned,
        )

    def plan(self, calls: int) -> None:
        """Takes calls from the budget before any of them is begun. Raises CallBudgetExceeded.

        What would have exceeded the budget stays taken, so that its neighbours, which were planned at the same moment
        and are not begun yet, are refused too.
        """
        self.spent.calls += calls
        self.check_budget()

    def check_budget(self) -> None:
        """Raises CallBudgetExceeded where more calls were planned than the operation may make."""
        if self.spent.calls > self.call_budget:
            raise CallBudgetExceeded(
                f"The operation needs more than {self.call_budget} upstream calls. "
                "Ask for fewer customers, invoices or fields."
            )

    def begin(self, call: UpstreamCall) -> UpstreamCall:
        """The call, noted, and taken from the budget unless it was planned before. Raises CallBudgetExceeded."""
        if self.prepaid:
            self.prepaid -= 1
        else:
            self.plan(1)
        call.is_planned = True
        self.calls.append(call)
        return call

    @property
    def is_half_over(self) -> bool:
        """Whether half of the calls are planned or half of the time is over: the rest is for what cannot be spared."""
        return 2 * self.spent.calls >= self.call_budget or self.clock() >= (self.begun_at + self.deadline) / 2

    def give_back(self) -> None:
        """Returns what was planned and turned out not to be needed."""
        self.spent.calls -= self.prepaid
        self.prepaid = 0
