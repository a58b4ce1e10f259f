"""Where in the TOML file a key stands. A plain scan for headers and keys, good enough to point to a line."""

from __future__ import annotations

import re

from service.settings.mistakes import Path

_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-.\"']+)\s*=")


class Places:
    """The line of each table and key, counted from 1."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        table: Path = ()
        for number, line in enumerate(text.splitlines(), start=1):
            if header := _HEADER.match(line):
                table = _dotted(header[1])
                self._lines.setdefault(table, number)
            elif key := _KEY.match(line):
                self._lines.setdefault(table + _dotted(key[1]), number)

    def line(self, path: Path) -> int | None:
        """The line of the value, else of what it stands in; None for what is nowhere in the file."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path)


def _dotted(name: str) -> Path:
    return tuple(part.strip().strip("\"'") for part in name.split("."))
