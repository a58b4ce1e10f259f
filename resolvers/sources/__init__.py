"""The connectors: one folder for each kind of source, all of the same shape, found by themselves.

A package elsewhere brings another through the entry-point group `invoice_graph.sources`, whose values are modules of
that shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Protocol, cast

from resolvers.model.source import InvoiceSource
from resolvers.sources.settings import SourceSettings
from resolvers.transport.http import HttpTransport


class Connector(Protocol):
    """What a connector's package offers."""

    SETTINGS: type[SourceSettings]

    def build(
        self, name: str, settings: SourceSettings, transport: HttpTransport, clock: Callable[[], datetime]
    ) -> InvoiceSource:
        """A source of this kind under its configured name."""


@cache
def connectors() -> Mapping[str, Connector]:
    """All kinds of sources by their name, ours and those that other packages bring."""
    ours = {
        module.name: import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__) if module.ispkg
    }
    theirs = {entry.name: entry.load() for entry in entry_points(group="invoice_graph.sources")}
    return cast("Mapping[str, Connector]", theirs | ours)
