"""The loaders' own loader: it gathers keys as aiodataloader does, with one task a batch where that takes two."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from aiodataloader import DataLoader, Loader, dispatch_queue

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")


async def side_by_side(parts: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """What the parts of a batch give, in their order. A single one, as most are, takes no task of its own."""
    return [await parts[0]] if len(parts) == 1 else await asyncio.gather(*parts)


class BatchLoader(DataLoader[K, V]):
    """Loads the keys of a tick together."""

    def __init__(self) -> None:
        super().__init__(loop=asyncio.get_running_loop())  # the library looks for it in twice the time

    def load(self, key: K) -> asyncio.Future[V]:
        """The key's value. Who gives up waiting for it, as siblings of a failed field do, takes it from nobody else."""
        shared = super().load(key)
        if shared.done():
            return shared
        shared.add_done_callback(_seen)
        return asyncio.shield(shared)

    def do_resolve_reject(self, key: K, future: asyncio.Future[V]) -> None:
        """Takes the key into the batch, which begins as many ticks later as it does by the library's own way."""
        self._queue.append(Loader(key=key, future=future))
        if len(self._queue) == 1:
            self.loop.call_soon(self.loop.call_soon, dispatch_queue, self)


def _seen(shared: asyncio.Future[Any]) -> None:
    """Takes note of an error that nobody waits for any more, of which the loop would complain."""
    if not shared.cancelled():
        shared.exception()
