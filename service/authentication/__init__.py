"""Who is asking. One Authenticator a process; the GraphQL endpoint asks it once a request, before anything else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

from starlette.datastructures import Headers

from graph.http.authenticator import Authenticator
from resolvers.access import EVERYONE_IS_STAFF, Principal
from service.authentication.bearer import bearer_token
from service.authentication.claims import principal_of
from service.authentication.provider import IdentityProvider
from service.authentication.token import TokenCheck
from service.settings import AuthSettings


class NoAuthentication:
    """Mode "none": everybody is staff without a name. The settings keep such a server on loopback."""

    async def authenticate(self, headers: Headers) -> Principal:  # noqa: D102  # as the port says
        return EVERYONE_IS_STAFF


class TokenAuthentication:
    """Mode "jwt": who asks is what their bearer token says, if it is the provider's, for us, and of now."""

    def __init__(self, check: TokenCheck, *, customer_claim: str, roles_claim: str) -> None:
        self._check = check
        self._customer_claim, self._roles_claim = customer_claim, roles_claim

    async def authenticate(self, headers: Headers) -> Principal:  # noqa: D102  # as the port says
        claims = await self._check.claims(bearer_token(headers))
        return principal_of(claims, customer_claim=self._customer_claim, roles_claim=self._roles_claim)


@asynccontextmanager
async def authentication(settings: AuthSettings) -> AsyncIterator[Authenticator]:
    """The authenticator of `auth.mode`, whose connections are closed in the end."""
    if settings.mode == "none":
        yield NoAuthentication()
        return
    async with aclosing(IdentityProvider(settings.jwks_url, settings.algorithms)) as provider:
        check = TokenCheck(provider, issuer=settings.issuer, audience=settings.audience, algorithms=settings.algorithms)
        yield TokenAuthentication(check, customer_claim=settings.customer_claim, roles_claim=settings.roles_claim)
