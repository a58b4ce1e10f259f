"""What the web application needs of everything behind it. The composition root builds it; tests build their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from prometheus_client.registry import Collector
from starlette.types import ASGIApp

from graph.http.authenticator import Authenticator
from service.settings import Settings


class CannotStart(Exception):
    """What the gateway stands on cannot be used; the message is one sentence with its remedy, and holds no secret."""


class Parts(Protocol):
    """The GraphQL endpoint, and whether what it stands on works."""

    @property
    def graphql(self) -> ASGIApp:
        """What answers at /graphql."""

    @property
    def documents(self) -> ASGIApp:
        """What answers at /documents/TOKEN."""

    @property
    def authenticator(self) -> Authenticator:
        """Who finds out who is asking."""

    @property
    def metrics(self) -> Collector:
        """How the sources do, in numbers."""

    async def ready(self) -> Mapping[str, bool]:
        """What must hold before requests come, by name. Asks no upstream, and raises nothing."""


Build = Callable[[Settings], AbstractAsyncContextManager[Parts]]
"""Opens the parts, and closes them in the end. Raises CannotStart."""
