"""One header of a request, read from the list that the server hands on: most requests lack most of those asked for."""

from __future__ import annotations

from starlette.types import Scope


def request_header(scope: Scope, name: bytes) -> bytes:
    """The first header of this name, which is in lower case; empty where there is none."""
    for given, value in scope["headers"]:
        if given == name:
            return bytes(value)
    return b""
