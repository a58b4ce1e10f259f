"""What several places of one operation want alike, made once: the first that asks makes it, the others wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from types import TracebackType
from typing import Any, TypeVar

from resolvers.model.operation import Operation

T = TypeVar("T")


class Once:
    """What was made in one operation, by what was asked for."""

    __slots__ = ("_made", "_operation")

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._made: dict[Hashable, asyncio.Future[Any]] = {}

    async def of(self, wanted: Hashable, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What `make` gives, or raises, for what is wanted: the same at every place, though one of them gives up.

        Raises OperationTimeout where nothing is made of it yet and the operation's time is over.
        """
        mine: asyncio.Future[T | Exception] = asyncio.get_running_loop().create_future()
        while (made := self._made.setdefault(wanted, mine)) is not mine:
            if not made.done():
                await asyncio.wait([made])
            elif isinstance(found := made.result(), Exception):
                raise found.with_traceback(_of_the_maker(found))
            else:
                return found  # type: ignore[no-any-return]  # what is wanted is of one kind each
        try:
            self._operation.check_time()
            result = await make()
        except Exception as error:
            mine.set_result(error)  # set as an exception, it would keep its frames
            raise
        except BaseException:
            del self._made[wanted]
            mine.cancel()  # of those who wait, one makes it anew
            raise
        mine.set_result(result)
        return result


def _of_the_maker(error: Exception) -> TracebackType | None:
    """Where the error comes from, which the log shows, without the place before: it would else grow by each."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code is not Once.of.__code__:
        trace = trace.tb_next
    return None if trace is None else trace.tb_next
