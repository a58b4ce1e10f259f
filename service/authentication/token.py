"""Is a token the provider's, for us, and of now (RFC 7519, as RFC 8725 and RFC 9068 want it checked)?"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping
from typing import Any, NoReturn

import msgspec
from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, InvalidClaimError, JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jws import JWSRegistry
from msgspec import UNSET, UnsetType

from resolvers.model.base64url import decode_base64url
from resolvers.model.errors import Unauthenticated
from service.authentication import refusals
from service.authentication.provider import IdentityProvider

_LEEWAY_SECONDS = 30
_LONGEST_HEADER = 2_000
_TYPES = frozenset({"jwt", "at+jwt", "application/jwt", "application/at+jwt"})


class _Header(msgspec.Struct, frozen=True):
    """What is read of a token's header. The last ones are refused: keys of its own, extensions, and tokens within."""

    alg: str
    kid: str | UnsetType = UNSET
    typ: str | UnsetType = UNSET
    jku: object = UNSET
    jwk: object = UNSET
    x5u: object = UNSET
    x5c: object = UNSET
    crit: object = UNSET
    b64: object = UNSET
    cty: object = UNSET

    @property
    def is_plain(self) -> bool:
        """Whether it holds nothing that is refused."""
        extras = (self.jku, self.jwk, self.x5u, self.x5c, self.crit, self.b64, self.cty)
        return all(extra is UNSET for extra in extras)


class _Registry(JWSRegistry):
    """The configured algorithms alone; unknown headers say nothing (RFC 7515, section 4)."""

    max_header_length = _LONGEST_HEADER

    def get_alg(self, name: str) -> JWSAlgModel:
        """The algorithm of that name. The library's own method does the same, and warns of EdDSA on each call."""
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


class TokenCheck:
    """Checks tokens: cheap things first, then the signature, then the claims."""

    def __init__(
        self,
        provider: IdentityProvider,
        *,
        issuer: str,
        audience: str,
        algorithms: Collection[str],
    ) -> None:
        self._provider, self._algorithms = provider, frozenset(algorithms)
        self._registry = _Registry(algorithms=algorithms, strict_check_header=False)
        self._required = jwt.JWTClaimsRegistry(
            now=lambda: int(time.time()),
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
        )

    async def claims(self, token: str) -> Mapping[str, Any]:
        """The token's claims.

        Raises Unauthenticated; why is in the log, and nothing of the token is. Raises HTTPException 503 without keys.
        """
        header = self._header(token)
        kid = None if header.kid is UNSET else header.kid
        key = await self._provider.key(kid, header.alg)
        if key is None:
            raise refusals.refused(refusals.invalid(), "no such key")
        claims: dict[str, Any] = {}
        try:
            claims = jwt.decode(token, key, registry=self._registry, decoder_cls=_StrictJson).claims
            self._required.validate(claims)
        except JoseError as error:
            raise refusals.refused(*_reason(error, claims)) from None
        except (ValueError, RecursionError):
            raise refusals.refused(refusals.invalid(), "claims that cannot be read") from None
        return claims

    def _header(self, token: str) -> _Header:
        """The header of what looks like a token of ours. Nothing of it is believed before the signature is."""
        segments = token.split(".")
        if len(segments) != 3 or not all(segments) or len(segments[0]) > _LONGEST_HEADER:
            raise refusals.refused(refusals.malformed(), "not three parts, or a large header")
        try:
            header = msgspec.json.decode(decode_base64url(segments[0]), type=_Header)
        except (ValueError, RecursionError):  # msgspec's and binascii's errors are ValueErrors
            raise refusals.refused(refusals.malformed(), "a header that cannot be read") from None
        if header.alg not in self._algorithms:
            raise refusals.refused(refusals.invalid(), "an algorithm that auth.algorithms does not name")
        if not header.is_plain or (header.typ is not UNSET and header.typ.lower() not in _TYPES):
            raise refusals.refused(refusals.invalid(), "a header that is not an access token's")
        return header


def _reason(error: JoseError, claims: Mapping[str, Any]) -> tuple[Unauthenticated, str]:
    """What the client and the log learn. The library's own sentences may quote the token."""
    told = refusals.invalid()
    if isinstance(error, ExpiredTokenError):
        told = refusals.expired()
    elif isinstance(error, InvalidClaimError) and error.claim in ("iat", "nbf"):
        is_moment = isinstance(claims[error.claim], int | float)  # what is none never comes
        told = refusals.too_early() if is_moment else told
    return told, f"{error.error} {error.claim}" if isinstance(error, ClaimError) else error.error


class _StrictJson(json.JSONDecoder):
    """No name twice in an object, no number that is none: either could mean one thing here and another elsewhere."""

    def __init__(self) -> None:
        super().__init__(object_pairs_hook=_object, parse_constant=_no_number)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _no_number(_: str) -> NoReturn:
    raise ValueError("no number")
