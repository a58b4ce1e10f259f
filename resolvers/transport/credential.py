"""What a call carries to be let in, as the transport sees it: it may end while the call waits for its place."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from resolvers.model.operation import Operation

V_co = TypeVar("V_co", covariant=True)


class Credential(Protocol[V_co]):
    """Such as a session that all calls to a source share."""

    async def get(self, operation: Operation) -> object:
        """Returns when there is something to lend, as far as one can tell. Raises SourceError."""

    def lent(self) -> AbstractContextManager[V_co | None]:
        """For a call that has its place: what it carries; None where that must be waited for, without the place."""
