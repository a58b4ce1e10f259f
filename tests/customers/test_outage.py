"""What becomes of work that nobody waits for any more."""

from __future__ import annotations

import asyncio
import gc

from resolvers.customers.outage import in_time


async def test_a_failure_that_comes_as_its_waiter_leaves_is_not_reported_as_lost() -> None:
    lost: list[dict[str, object]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: lost.append(context))
    work: asyncio.Future[None] = loop.create_future()
    waiting = asyncio.create_task(in_time(work, 30))
    await asyncio.sleep(0)

    work.set_exception(TimeoutError("no connection free"))
    waiting.cancel()
    await asyncio.wait({waiting})
    was_cancelled = waiting.cancelled()
    del work, waiting
    gc.collect()

    assert was_cancelled
    assert lost == []
