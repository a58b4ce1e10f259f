"""Shoxl: a B2B shop's connector, of which every ERP party writes its own server; we play the shop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from resolvers.model.source import InvoiceSource
from resolvers.sources.shoxl.client import CAPABILITIES, ShoxlSource
from resolvers.sources.shoxl.settings import ShoxlSettings
from resolvers.transport.http import HttpTransport

__all__ = ["CAPABILITIES", "SETTINGS", "build"]

SETTINGS = ShoxlSettings


def build(name: str, settings: ShoxlSettings, transport: HttpTransport, clock: Callable[[], datetime]) -> InvoiceSource:
    """The source as configured; `clock` tells when an answer was fetched."""
    return ShoxlSource(name, settings, transport, clock)
