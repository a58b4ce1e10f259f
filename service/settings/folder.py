"""Relative paths in the configuration are below its file's folder, wherever a command is called from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from pydantic import ValidationInfo

from resolvers.customers.database_url import SQLITE, names_file, read_url

_URI = "file:"
_DESCRIPTORS = ("/dev", "/dev/fd", "/proc/*/fd")


def context_of(file: Path) -> Mapping[str, object]:
    """What a table is validated with, so that `folder_of` finds the folder: that of the link where the file is one.

    What comes through a descriptor (`/dev/stdin`, a shell's `<(...)`) stands in the current folder.
    """
    folder = file.parent.resolve()
    return {"folder": Path.cwd() if any(folder.match(pattern) for pattern in _DESCRIPTORS) else folder}


def folder_of(info: ValidationInfo) -> Path:
    """The folder of the file; no folder at all, which leaves paths as they are, where settings come from no file."""
    folder: Path = (info.context or {}).get("folder", Path())
    return folder


def database_below(folder: Path, text: str) -> str:
    """The URL of a database, which `read_url` takes, with SQLite's file below the folder."""
    url = read_url(text)
    name = url.database or ""
    path = name.removeprefix(_URI) if url.query else name
    if url.drivername != SQLITE or not names_file(url) or path.startswith("/"):
        return text
    below = f"{_URI}{quote(str(folder))}/{path}" if url.query else str(folder / path)
    return url.set(database=below).render_as_string(hide_password=False)


def cache_below(folder: Path, text: str, files: frozenset[str]) -> str:
    """The URL of a cache, with the files that these parameters name below the folder."""
    parts = urlsplit(text)
    given = parse_qsl(parts.query)
    if not files.intersection(name for name, _ in given):
        return text
    query = [(name, str(folder / value) if name in files else value) for name, value in given]
    return parts._replace(query=urlencode(query, safe="/", quote_via=quote)).geturl()
