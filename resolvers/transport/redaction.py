"""Keeps what a request carried out of what is said about it: an upstream may quote a key back in its error."""

from __future__ import annotations

import re

from resolvers.transport.messages import UpstreamRequest

_QUERY = re.compile(r"\?\S*")
_SHORTEST_SECRET = 4
_LONGEST_DETAIL = 300


def redacted(detail: str, request: UpstreamRequest) -> str:
    """The detail on one line, without query strings or any value of the request's headers and query, cut at 300."""
    for value in (*request.headers.values(), *request.query.values()):
        for secret in {value, *value.split()}:
            if len(secret) >= _SHORTEST_SECRET:
                detail = detail.replace(secret, "***")
    return " ".join(_QUERY.sub("?***", detail).split())[:_LONGEST_DETAIL]
