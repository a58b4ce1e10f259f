"""The one place that knows which engine carries httpx's requests: a move to another one changes this file alone."""

from __future__ import annotations

import socket
import ssl
from functools import cache

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport

from resolvers.transport.addresses import PrivateAddress, is_public

_IDLE_SECONDS = 15.0


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


class _PublicResolver(AbstractResolver):
    """Resolves names to public addresses only: what is checked here is what is connected to."""

    def __init__(self) -> None:
        self._resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name. Raises PrivateAddress where one of them is not public."""
        found = await self._resolver.resolve(host, port, family)
        if not all(is_public(address["host"]) for address in found):
            raise PrivateAddress
        return found

    async def close(self) -> None:
        await self._resolver.close()


def http_engine(max_connections: int, *, public_only: bool = False) -> httpx.AsyncBaseTransport:
    """An engine with a pool of its own; it follows nothing, keeps no cookie, reads no environment, repeats nothing.

    `public_only`: names that resolve to private addresses are not connected to. Addresses written as such are the
    caller's to check.
    """

    def session() -> aiohttp.ClientSession:
        made = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=max_connections,
                keepalive_timeout=_IDLE_SECONDS,
                ssl=_tls(),
                resolver=_PublicResolver() if public_only else None,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            auto_decompress=False,
            trust_env=False,
        )
        # Without this it sends GET, PUT and DELETE a second time after a reset, unseen and uncounted.
        made._retry_connection = False
        return made

    return AiohttpTransport(client=session, verify=_tls())
