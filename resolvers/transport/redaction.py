"""Keeps what a request carried out of what is said about it: an upstream may quote a key back in its error."""

from __future__ import annotations

import re
from base64 import b64decode

from resolvers.transport.messages import UpstreamRequest

OPEN_HEADERS = frozenset({"accept", "content-type", "soapaction"})
"""Those that say how a message is to be read, in lower case; any other one may carry a credential."""

_QUERY = re.compile(r"\?\S*")
_BETWEEN_WORDS = re.compile(r'[\s;,="]+')  # of a cookie or a list of parameters
_SHORTEST_SECRET = 4
_LONGEST_DETAIL = 300


def redacted(detail: str, request: UpstreamRequest) -> str:
    """The detail on one line, without query strings or any value of the request's headers and query, cut at 300.

    Nor does it end in the beginning of one: who quotes the first 200 characters may have cut a key in two. What open
    headers say stays: who is told that a content type is wrong must see which it was.
    """
    closed = (value for name, value in request.headers.items() if name.lower() not in OPEN_HEADERS)
    secrets = {word for value in (*closed, *request.query.values()) for word in _words(value)}
    for secret in sorted(secrets, key=len, reverse=True):
        detail = _not_ending_in(secret, detail.replace(secret, "***"))
    return " ".join(_QUERY.sub("?***", detail).split())[:_LONGEST_DETAIL]


def _words(value: str) -> set[str]:
    """The value, and what it is put together from: a vendor may quote the token without `Bearer`, or the password."""
    words = {value, *value.split(), *_BETWEEN_WORDS.split(value), *_name_and_password(value)}
    return {word for word in words if len(word) >= _SHORTEST_SECRET}


def _name_and_password(value: str) -> tuple[str, ...]:
    """What HTTP's Basic credentials stand for, and the password by itself; nothing of any other value."""
    scheme, _, encoded = value.partition(" ")
    if scheme.lower() != "basic":
        return ()
    try:
        pair = b64decode(encoded).decode()
    except ValueError:
        return ()
    return pair, pair.partition(":")[2]


def _not_ending_in(secret: str, detail: str) -> str:
    """The detail, its end hidden where the secret begins there."""
    for length in range(min(len(secret) - 1, len(detail)), _SHORTEST_SECRET - 1, -1):
        if detail.endswith(secret[:length]):
            return detail[:-length] + "***"
    return detail
