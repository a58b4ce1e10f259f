"""netFORUM's keys: GUIDs, and nothing that is not one is ever sent, for it would cost a fault."""

from __future__ import annotations

import re
from collections.abc import Iterable

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


def is_key(text: str) -> bool:
    """Whether the text is a GUID and nothing else."""
    return GUID.fullmatch(text) is not None


def tidy_key(text: str | None) -> str | None:
    """A key as it is compared: without blanks, in lower case; None for none."""
    return (text or "").strip().lower() or None


def any_of(column: str, keys: Iterable[str]) -> str:
    """The SQL that finds a column's rows of these keys. Raises ValueError for a key that is no GUID."""
    quoted = []
    for key in keys:
        if not is_key(key):
            raise ValueError("a key that is no GUID")
        quoted.append(f"'{key}'")
    return f"{column} IN ({','.join(quoted)})"
