"""Who is asking. One Authenticator a process; the GraphQL endpoint asks it once a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from resolvers.access import EVERYONE_IS_STAFF, Principal
from service.settings import AuthSettings


class Authenticator(Protocol):
    """Turns a request's headers into a principal."""

    async def authenticate(self, headers: Mapping[str, str]) -> Principal:
        """The principal behind these headers (names in lower case). Raises Unauthenticated."""


class NobodyIsAsked:
    """Mode "none": everybody is staff without a name. The settings keep such a server on loopback."""

    async def authenticate(self, headers: Mapping[str, str]) -> Principal:  # noqa: D102
        return EVERYONE_IS_STAFF


def authenticator(settings: AuthSettings) -> Authenticator:
    """The authenticator of `auth.mode`; the settings have refused every mode that is not here."""
    return NobodyIsAsked()
