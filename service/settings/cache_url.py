"""The URL of the cache: this process's memory, or a server that speaks Redis' protocol."""

import re
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit

_DATABASE = re.compile(r"/?|/[0-9]{1,5}")
_PARAMETERS = ("password", "username")
_CERT_REQS = ("none", "optional", "required")
FILES = frozenset({"ssl_ca_certs", "ssl_certfile", "ssl_keyfile"})
"""Parameters that name files."""
_OF_TLS = ("ssl_ca_certs", "ssl_cert_reqs", "ssl_certfile", "ssl_keyfile")


def mistake_in(url: str, folder: Path) -> str | None:
    """What is wrong with it, and what would do; None where nothing is. It quotes no value, for one may be secret.

    Relative files are looked for in the folder.
    """
    if url.startswith("memory://"):
        return None if url == "memory://" else "has more than memory://. Write that alone; memory_bytes bounds it."
    try:
        parts = urlsplit(url)
        is_port = parts.port != 0
    except ValueError:
        return "has a host or a port that is none. Write redis://HOST:6379/0."
    if not is_port:
        return "has the port 0. Write redis://HOST:6379/0."
    if parts.scheme not in ("redis", "rediss") or not parts.hostname:
        return "is not a cache that this release knows. Write memory:// or redis://HOST (Valkey too)."
    return _mistake_behind_the_host(parts, folder)


def _mistake_behind_the_host(parts: SplitResult, folder: Path) -> str | None:
    if not _DATABASE.fullmatch(parts.path):
        return "has a database that is no number. Write redis://HOST/0."
    known = _PARAMETERS + (_OF_TLS if parts.scheme == "rediss" else ())
    given = parse_qsl(parts.query, keep_blank_values=True)
    names = [name for name, _ in given]
    if parts.fragment or any(name not in known for name in names):
        return f"has a parameter that is none of {', '.join(known)}. Leave it out."
    if len(names) > len(set(names)):
        return "has a parameter twice. Leave one of them out."
    return next((mistake for name, value in given if (mistake := _mistake_of_tls(name, value, folder))), None)


def _mistake_of_tls(name: str, value: str, folder: Path) -> str | None:
    if name == "ssl_cert_reqs" and value not in _CERT_REQS:
        return f"has an ssl_cert_reqs that is none of {', '.join(_CERT_REQS)}. Leave it out: that is required."
    if name in FILES and not (folder / value).is_file():
        return f"has an {name} that names no file. Write the path of one."
    return None
