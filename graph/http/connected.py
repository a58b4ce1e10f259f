"""Work for a client that may leave before it is done: to send does not tell, and may wait for ever."""

import asyncio
from collections.abc import Callable, Coroutine

from starlette.types import Receive


async def while_connected(
    answer: Coroutine[object, object, None],
    receive: Receive,
    seconds: float,
    *,
    before_end: Callable[[], object] = lambda: None,
) -> None:
    """Runs it to its end, or until the client is gone or takes too long; `before_end` is called before it is left off.

    What is left off is cut: the server closes the connection of an answer that was not ended.
    """
    answering, leaving = asyncio.create_task(answer), asyncio.create_task(_gone(receive))
    tasks = {answering, leaving}
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        before_end()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.result()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
