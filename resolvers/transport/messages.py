"""What goes out to a source and what comes back, before HTTP and after it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx

UNTOLD = ("", "text/html", "text/plain")
"""The content types of servers that nobody told what they send: what that is, the body shows."""

_LONGEST_VALUE = 8_000
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([\w.:-]{1,40})", re.IGNORECASE)


def media_type(headers: httpx.Headers) -> str:
    """The media type in lower case, without parameters; empty where there is none."""
    told: str = headers.get("content-type", "")
    return told.partition(";")[0].strip().lower()


def fits_a_header(text: str) -> bool:
    """Whether a text can be sent as a header's value: printable ASCII, and no longer than servers take."""
    return 0 < len(text) <= _LONGEST_VALUE and text.isascii() and text.isprintable()


@dataclass(slots=True, kw_only=True)
class UpstreamReply:
    """A whole answer, its body decompressed; `reason` is what its first line says of the status."""

    status: int
    headers: httpx.Headers = field(repr=False)
    content: bytes = field(repr=False)
    reason: str = field(default="", repr=False)

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters; empty where there is none."""
        return media_type(self.headers)

    @property
    def charset(self) -> str:
        """The charset that the content type names; empty where it names none."""
        found = _CHARSET.search(self.headers.get("content-type", ""))
        return found[1] if found else ""


@dataclass(slots=True, kw_only=True)
class UpstreamRequest:
    """What to send.

    A `path` without a slash at its front is below `base_url`; with one it starts at the host's root. Quote the parts
    of it that are data (`urllib.parse.quote(key, safe="")`). `query` is quoted by the transport. `accept` holds the
    statuses that the client wants to see itself. Reads (`is_read`, a POST may be one) are made again after a failure;
    anything else is sent at most once. So is what `is_single_use`, for its token is spent: who wrote it may write it
    anew (`HttpTransport.wait_seconds`). `check` may look at an accepted reply and raise the SourceError that it stands
    for ("too many requests" with status 200): it is then retried, counted and logged as if the status had said so.
    """

    method: str
    path: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes = field(default=b"", repr=False)
    accept: frozenset[int] = frozenset({200})
    is_read: bool = True
    is_single_use: bool = False
    check: Callable[[UpstreamReply], None] | None = None
