"""Which of a group's kept answers still hold: those of its present generation.

One of an earlier generation is never found, although nobody deletes it: it ends by itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from resolvers.transport.backend import Backend

_PREFIX = "invoice-graph:generation:1:"


class Generations:
    """A word for each group, which is in the keys of all that is kept of it; without the word nothing of it is found.

    The word is made when it is first asked for. A backend that lost it, for want of room or of time, forgot more than
    it was told to, never less. To end a generation is to delete the word, which a server does that is full, too. An end
    that the backend did not hear is told again with every question; until it is heard, its group has no generation
    here. Where more than `most_unheard` wait for that, this process goes on apart from all that was kept before.
    """

    def __init__(self, backend: Backend, seconds: float, *, most_unheard: int = 10_000) -> None:
        self._backend, self._seconds, self._most_unheard = backend, seconds, most_unheard
        self._unheard: dict[str, object] = {}
        self._apart = ""

    async def of(self, group: str) -> str | None:
        """The group's present one; None where there is none that could be trusted."""
        await self._tell()
        if group in self._unheard:
            return None
        word = await self._backend.guarded("get", lambda: self._read(group))
        return None if word is None else word + self._apart

    async def end(self, group: str) -> None:
        """Begins another: what was kept of the group, and what a call under way still puts, is not found."""
        if len(self._unheard) >= self._most_unheard:
            self._unheard.clear()
            self._apart = f".{secrets.token_hex(8)}"
        self._unheard[group] = object()
        await self._tell()

    async def prolong(self, group: str) -> None:
        """Has it last as long as what is kept now. Raises whatever the library raises."""
        await self._backend.expire(_PREFIX + group, self._seconds)

    async def _tell(self) -> None:
        ends = dict(self._unheard)
        is_heard = await self._backend.guarded("forget", lambda: self._delete(ends)) if ends else None
        for group, end in ends.items() if is_heard else ():
            if self._unheard.get(group) is end:  # and it was not ended again meanwhile
                del self._unheard[group]

    async def _delete(self, groups: Iterable[str]) -> bool:
        await self._backend.delete(*(_PREFIX + group for group in groups))
        return True

    async def _read(self, group: str) -> str | None:
        key = _PREFIX + group
        word = await self._backend.get(key)
        if word is None:
            made = secrets.token_hex(8).encode()
            word = made if await self._backend.add(key, made, self._seconds) else await self._backend.get(key)
        return None if word is None else word.decode("ascii")
