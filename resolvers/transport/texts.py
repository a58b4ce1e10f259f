"""Keeps texts that clients sent once, so that they need not send them again."""

from __future__ import annotations

from resolvers.transport.backend import Backend

_PREFIX = "invoice-graph:text:1:"
_MEMORY_BYTES = 10_000_000
_KEEP_SECONDS = 3_600.0


class TextCache:
    """Texts by key, each for an hour; in memory at most 10 MB of them, the least used go first.

    `url` as for AnswerCache. No method raises: a server that fails is an empty one.
    """

    def __init__(self, url: str = "memory://") -> None:
        self._backend = Backend(url, _MEMORY_BYTES)

    async def get(self, key: str) -> str | None:
        """The text that was put under the key, as long as it is kept."""
        return await self._backend.guarded("get", lambda: self._read(key))

    async def put(self, key: str, text: str) -> None:
        """Keeps the text."""
        await self._backend.guarded("put", lambda: self._backend.set(_PREFIX + key, text.encode(), _KEEP_SECONDS))

    async def aclose(self) -> None:
        """Lets go of the server."""
        await self._backend.aclose()

    async def _read(self, key: str) -> str | None:
        content = await self._backend.get(_PREFIX + key)
        return None if content is None else content.decode()
