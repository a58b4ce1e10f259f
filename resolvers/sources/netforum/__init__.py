"""netFORUM xWeb (Enterprise): an association's invoices, over SOAP or JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from resolvers.model.source import InvoiceSource
from resolvers.sources.netforum.capabilities import CAPABILITIES
from resolvers.sources.netforum.client import NetforumSource
from resolvers.sources.netforum.settings import NetforumSettings
from resolvers.transport.http import HttpTransport

__all__ = ["CAPABILITIES", "SETTINGS", "build"]

SETTINGS = NetforumSettings


def build(
    name: str, settings: NetforumSettings, transport: HttpTransport, clock: Callable[[], datetime]
) -> InvoiceSource:
    """The source as configured; `clock` tells when an answer was fetched."""
    return NetforumSource(name, settings, transport, clock)
