"""Open2b 7.5's storefront API, version 10: the web store of the books."""

from __future__ import annotations

from sandbox.open2b.api import emulator, password

__all__ = ["emulator", "password"]
