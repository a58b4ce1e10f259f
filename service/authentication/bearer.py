"""The bearer token of a request's headers (RFC 6750, section 2.1)."""

from __future__ import annotations

import re

from starlette.datastructures import Headers

from service.authentication import refusals

_LONGEST = 16_000
_CREDENTIALS = re.compile(r"bearer +([a-z0-9._~+/-]+=*)", re.IGNORECASE | re.ASCII)


def bearer_token(headers: Headers) -> str:
    """The token, no longer than 16,000 characters. Raises Unauthenticated; of what was sent, the log has why."""
    given = headers.getlist("authorization")
    if not given:
        raise refusals.no_token()
    credentials = _CREDENTIALS.fullmatch(given[0]) if len(given) == 1 else None
    if credentials is None:
        raise refusals.refused(refusals.malformed(), "two headers, another scheme than Bearer, or not one token")
    if len(credentials[1]) > _LONGEST:
        raise refusals.refused(refusals.malformed(), f"a token of more than {_LONGEST} characters")
    return credentials[1]
