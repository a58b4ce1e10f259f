"""Open2b: a web shop whose customers' invoices come complete, many at a time, and only the members asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from resolvers.model.source import InvoiceSource
from resolvers.sources.open2b.client import CAPABILITIES, Open2bSource
from resolvers.sources.open2b.settings import Open2bSettings
from resolvers.transport.http import HttpTransport

__all__ = ["CAPABILITIES", "SETTINGS", "build"]

SETTINGS = Open2bSettings


def build(
    name: str, settings: Open2bSettings, transport: HttpTransport, clock: Callable[[], datetime]
) -> InvoiceSource:
    """The source as configured; `clock` tells when an answer was fetched."""
    return Open2bSource(name, settings, transport, clock)
