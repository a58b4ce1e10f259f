"""The URL of the directory's database: what it may name, and what its parameters may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

SQLITE, POSTGRESQL = "sqlite+aiosqlite", "postgresql+asyncpg"

_PARAMETERS: Mapping[str, frozenset[str]] = {
    SQLITE: frozenset({"cache", "immutable", "mode", "nolock", "uri", "vfs"}),
    POSTGRESQL: frozenset({"host", "port", "prepared_statement_cache_size", "ssl", "sslmode", "target_session_attrs"}),
}
"""Those whose values the drivers check in words of their own; any other would break the first connection."""

_WORDS = {"mode": ("ro", "rw", "rwc", "memory"), "cache": ("shared", "private")}
_WRITE_A_URI = f"Write {SQLITE}:///file:FILE?mode=rw&uri=true."
_WRITE_A_SERVER = f"Write {POSTGRESQL}://USER:PASSWORD@HOST:5432/NAME, and in the password %40 for @, %2F for /."
_MEANT = {"sqlite": SQLITE, "postgres": POSTGRESQL, "postgresql": POSTGRESQL}
_LARGEST_PORT = 65_535
_SESSIONS = ("any", "primary", "standby", "prefer-standby", "read-write", "read-only")
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


class UnusableUrl(ValueError):
    """What is wrong with the URL, and what would do: "is ...", "has ...". It quotes no value, for one may be secret."""


def read_url(text: str) -> URL:
    """The URL as the driver understands it. `sslmode` is libpq's word for `ssl`. Raises UnusableUrl."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise _unknown(None) from None
    except ValueError:
        raise UnusableUrl(f"has a port that is no number. {_WRITE_A_SERVER}") from None
    if url.drivername not in _PARAMETERS:
        raise _unknown(_MEANT.get(url.drivername.partition("+")[0]))
    known = _PARAMETERS[url.drivername]
    if unknown := sorted(url.query.keys() - known):
        raise UnusableUrl(f"has the parameter {unknown[0]}, which is none of {', '.join(sorted(known))}. Leave it out.")
    return _checked_sqlite(url) if url.drivername == SQLITE else _checked_postgresql(url)


def names_file(url: URL) -> bool:
    """Whether a URL of SQLite's names a file, and no database in one process's memory."""
    return ":memory:" not in (url.database or ":memory:") and url.query.get("mode") != "memory"


def _unknown(meant: str | None) -> UnusableUrl:
    remedy = f"{meant}://" if meant else f"{SQLITE}:///FILE or {POSTGRESQL}://USER@HOST/NAME"
    return UnusableUrl(f"is not a database that this release knows. Write {remedy}.")


def _checked_sqlite(url: URL) -> URL:
    if url.host or url.username or url.password or url.port:
        raise UnusableUrl(f"names a host, and SQLite has none. Write {SQLITE}:///FILE, with three slashes.")
    if url.query and url.query.get("uri") != "true":
        raise UnusableUrl(f"has parameters without uri=true. {_WRITE_A_URI}")
    if url.query and not (url.database or "").startswith("file:"):
        raise UnusableUrl(f"has parameters without file: before the file's name. {_WRITE_A_URI}")
    for name, words in _WORDS.items():
        if url.query.get(name, words[0]) not in words:
            raise UnusableUrl(f"has a {name} that is none of {', '.join(words)}. {_WRITE_A_URI}")
    return url


def _checked_postgresql(url: URL) -> URL:
    if "@" in (url.host or ""):  # what stands before it is a password's end, and would be shown
        raise UnusableUrl(f"has more than one @. {_WRITE_A_SERVER}")
    mode = url.query.get("ssl", url.query.get("sslmode"))
    if mode is not None and mode not in _SSL_MODES:
        raise UnusableUrl(f"has an ssl that is none of {', '.join(_SSL_MODES)}. Write ssl=require.")
    size = url.query.get("prepared_statement_cache_size", "0")
    if not (isinstance(size, str) and size.isdecimal()):
        raise UnusableUrl("has a prepared_statement_cache_size that is no number. Write 0 or more.")
    if url.query.get("target_session_attrs", "any") not in _SESSIONS:
        raise UnusableUrl(f"has target_session_attrs that are none of {', '.join(_SESSIONS)}. Leave them out.")
    if not all(port is None or 0 < port <= _LARGEST_PORT for port in _ports(url)):
        raise UnusableUrl(f"has a port that is none. Write 1 to {_LARGEST_PORT}.")
    if "sslmode" not in url.query:
        return url
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": str(mode)})


def _ports(url: URL) -> Sequence[int | None]:
    """The port of each host, as the driver reads them. Raises UnusableUrl where it cannot."""
    try:
        _, arguments = url.get_dialect()().create_connect_args(url)
    except (ArgumentError, ValueError):
        raise UnusableUrl(
            "has hosts and ports that do not fit. Write host=A:5432&host=B:5432, or one of each."
        ) from None
    ports = arguments.get("port", url.port)  # which it passes over where it is 0
    return ports if isinstance(ports, list) else [ports]
