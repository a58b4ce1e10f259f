"""A request's path as logs may have it: whoever reads a log must not be able to open what it tells of."""

from __future__ import annotations

from starlette.types import Scope

_LONGEST = 200
_DOCUMENTS = "/documents/"


def logged_path(scope: Scope) -> str:
    """The beginning of the path, without the token that opens a document."""
    before, found, _ = str(scope["path"]).partition(_DOCUMENTS)
    return f"{before}{found}…" if found else before[:_LONGEST]
