"""The connectors: one folder for each kind of source, all of the same shape, found by themselves.

A package elsewhere brings another through the entry-point group `invoice_graph.sources`, whose values are modules of
that shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pkgutil import iter_modules
from typing import Protocol, cast

from resolvers.model.clock import utc_now
from resolvers.model.source import InvoiceSource
from resolvers.sources.settings import SourceSettings
from resolvers.transport.http import HttpTransport

GROUP = "invoice_graph.sources"


class Connector(Protocol):
    """What a connector's package offers."""

    SETTINGS: type[SourceSettings]

    def build(
        self, name: str, settings: SourceSettings, transport: HttpTransport, clock: Callable[[], datetime]
    ) -> InvoiceSource:
        """A source of this kind under its configured name."""


class UnusableConnector(Exception):
    """A connector that cannot be loaded; the message names its module and says why."""


class Connectors(Mapping[str, Connector]):
    """Ours and those that other packages bring, by kind. Each is loaded when it is asked for, or UnusableConnector.

    A broken package costs nothing but its own kind.
    """

    def __init__(self, theirs: Iterable[EntryPoint]) -> None:
        ours = {
            module.name: EntryPoint(module.name, f"{__name__}.{module.name}", GROUP)
            for module in iter_modules(__path__)
            if module.ispkg
        }
        self._points = {point.name: point for point in theirs} | ours

    def __getitem__(self, kind: str) -> Connector:
        return _loaded(self._points[kind])

    def __contains__(self, kind: object) -> bool:
        return kind in self._points

    def __iter__(self) -> Iterator[str]:
        return iter(self._points)

    def __len__(self) -> int:
        return len(self._points)


@cache
def connectors() -> Mapping[str, Connector]:
    """All kinds of sources by their name."""
    return Connectors(entry_points(group=GROUP))


def connect(settings: SourceSettings, transport: HttpTransport) -> InvoiceSource:
    """The source that is configured so, at the end of this transport. Raises UnusableConnector."""
    return connectors()[settings.kind].build(transport.source, settings, transport, utc_now)


def _loaded(point: EntryPoint) -> Connector:
    try:
        connector = point.load()
    except Exception as error:
        raise UnusableConnector(f"{point.value} cannot be loaded: {error}") from error
    settings = getattr(connector, "SETTINGS", None)
    if not (isinstance(settings, type) and issubclass(settings, SourceSettings) and hasattr(connector, "build")):
        raise UnusableConnector(f"{point.value} is no connector: it lacks build, or SETTINGS based on SourceSettings")
    return cast("Connector", connector)
