"""What this process itself keeps of answers: bounded by entries and by bytes, the least used go first."""

from __future__ import annotations

from typing import Any

from cashews import register_backend
from cashews.backends.memory import Memory

_SCHEME = "bounded"
_MOST_ENTRIES = 10_000
_SWEEP_SECONDS = 60
_OVERHEAD_BYTES = 500
"""What an entry takes beside its content: its key, its place in the dictionary, when it ends."""


class BoundedMemory(Memory):
    """cashews' memory, which counts entries alone, with the bytes of its values counted too."""

    def __init__(self, size: int, max_bytes: int, **settings: Any) -> None:  # noqa: ANN401  # the library's own
        super().__init__(size, **settings)
        self._max_bytes = max_bytes
        self.held_bytes = 0

    async def clear(self) -> None:
        """Forgets everything."""
        await super().clear()
        self.held_bytes = 0

    async def expire(self, key: str, timeout: float) -> None:  # noqa: ASYNC109  # the library's own
        """Has it end so many seconds from now. The library's own keeps the value in a form that it cannot read."""
        value = await self.get_raw(key) if await self.exists(key) else None
        if value is not None:
            self._set(key, value, timeout)

    def _set(self, key: str, value: bytes, expire: float | None = None) -> None:
        self._drop(key)
        new_bytes = _OVERHEAD_BYTES + len(value)
        if new_bytes > self._max_bytes:
            return
        while len(self.store) >= self.size or self.held_bytes + new_bytes > self._max_bytes:
            self._drop(next(iter(self.store)))
        super()._set(key, value, expire)
        self.held_bytes += new_bytes

    async def _delete(self, key: str) -> bool:
        had = key in self.store
        self._drop(key)
        return had

    def _drop(self, key: str) -> None:
        _, value = self.store.pop(key, (None, None))
        if value is not None:
            self.held_bytes -= _OVERHEAD_BYTES + len(value)


def bounded_memory(max_bytes: int) -> tuple[str, dict[str, Any]]:
    """The address and the settings with which cashews makes one."""
    return f"{_SCHEME}://", {"size": _MOST_ENTRIES, "max_bytes": max_bytes, "check_interval": _SWEEP_SECONDS}


register_backend(_SCHEME, BoundedMemory)
