"""What is wrong with a request's head, beyond what the parser refuses (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

_ONLY_ONCE: Final = frozenset((b"host", b"content-length", b"content-type", b"authorization", b"transfer-encoding"))


class Refused(Exception):
    """The connection's last request is answered with this status and sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def check_head(url: bytes, version: str, headers: Sequence[tuple[bytes, bytes]]) -> None:
    """Lets a head pass that can be read in one way only; the headers' names are in lower case. Raises Refused."""
    if version not in ("1.0", "1.1"):
        raise Refused(400, "The request is not valid HTTP/1.1.")
    given = dict(headers)
    if len(given) < len(headers) and _is_repeated(name for name, _ in headers):
        raise Refused(400, "A header that may be there once is there twice.")
    if b"host" not in given and version != "1.0":
        raise Refused(400, "The request has no Host header.")
    if b"transfer-encoding" in given and (version == "1.0" or given[b"transfer-encoding"].lower() != b"chunked"):
        raise Refused(501, "The only transfer encoding that is understood is chunked, in HTTP/1.1.")
    named = b"" if url.startswith(b"/") else urlsplit(url).netloc
    if named and named.lower() != given.get(b"host", named).lower():
        raise Refused(400, "The request's address and its Host header name different hosts.")


def _is_repeated(names: Iterable[bytes]) -> bool:
    return any(count > 1 for name, count in Counter(names).items() if name in _ONLY_ONCE)
