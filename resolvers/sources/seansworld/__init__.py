"""seansworld: an old order API that tells one invoice by its number, in what is almost XML."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from resolvers.model.source import InvoiceSource
from resolvers.sources.seansworld.client import CAPABILITIES, SeansworldSource
from resolvers.sources.seansworld.settings import SeansworldSettings
from resolvers.sources.seansworld.writing import WritableSeansworldSource
from resolvers.transport.http import HttpTransport

__all__ = ["CAPABILITIES", "SETTINGS", "build"]

SETTINGS = SeansworldSettings


def build(
    name: str, settings: SeansworldSettings, transport: HttpTransport, clock: Callable[[], datetime]
) -> InvoiceSource:
    """The source as configured; `clock` tells when an answer was fetched."""
    kind = WritableSeansworldSource if settings.writes else SeansworldSource
    return kind(name, settings, transport, clock)
