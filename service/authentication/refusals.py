"""Why somebody is not known, in a fixed table: nothing of the token is repeated to anybody (RFC 6750, section 3)."""

from __future__ import annotations

import structlog
from starlette.exceptions import HTTPException

from resolvers.model.errors import Unauthenticated

_REALM = 'Bearer realm="invoice-graph"'
_RETRY_SECONDS = "2"

_log = structlog.get_logger("invoice_graph.authentication")


def no_token() -> Unauthenticated:
    """Nobody said who they are."""
    return Unauthenticated('Send a token in one header, "Authorization: Bearer TOKEN".', challenge=_REALM)


def no_keys() -> HTTPException:
    """The token may be good, and nobody can tell now: no 401, on which clients would throw it away."""
    sentence = "Tokens cannot be checked now. Try again in a moment."
    return HTTPException(503, sentence, headers={"retry-after": _RETRY_SECONDS})


def malformed() -> Unauthenticated:
    """What was sent is not one token."""
    return _invalid_token("The Authorization header does not hold one token that can be read.")


def invalid() -> Unauthenticated:
    """It is not the provider's, not for us, or of another kind: which of these is for the log alone."""
    return _invalid_token("The token is not valid here. Get a new one.")


def expired() -> Unauthenticated:
    """It was good once."""
    return _invalid_token("The token has expired. Get a new one.")


def too_early() -> Unauthenticated:
    """It will be good later, or a clock is wrong."""
    return _invalid_token("The token is not valid yet.")


def refused(told: Unauthenticated, reason: str) -> Unauthenticated:
    """What the client is told, for a reason of which the log learns."""
    _log.info("token refused", reason=reason)
    return told


def _invalid_token(sentence: str) -> Unauthenticated:
    return Unauthenticated(sentence, challenge=f'{_REALM}, error="invalid_token", error_description="{sentence}"')
