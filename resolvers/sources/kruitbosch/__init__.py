"""Kruitbosch: a wholesaler's portal, its outstanding invoices or all of them, over ServiceStack's formats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from resolvers.model.source import InvoiceSource
from resolvers.sources.kruitbosch.client import CAPABILITIES, KruitboschSource
from resolvers.sources.kruitbosch.settings import KruitboschSettings
from resolvers.transport.http import HttpTransport

__all__ = ["CAPABILITIES", "SETTINGS", "build"]

SETTINGS = KruitboschSettings


def build(
    name: str, settings: KruitboschSettings, transport: HttpTransport, clock: Callable[[], datetime]
) -> InvoiceSource:
    """The source as configured; `clock` tells when an answer was fetched."""
    return KruitboschSource(name, settings, transport, clock)
