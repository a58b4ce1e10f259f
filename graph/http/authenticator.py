"""The port by which the endpoint, and every other door, finds out who is asking."""

from __future__ import annotations

from typing import Protocol

from starlette.datastructures import Headers

from resolvers.access import Principal


class Authenticator(Protocol):
    """Turns a request's headers into a principal."""

    async def authenticate(self, headers: Headers) -> Principal:
        """The principal behind these headers. Raises Unauthenticated, and HTTPException 503 while nobody can tell."""
