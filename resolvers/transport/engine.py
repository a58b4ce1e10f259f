"""The one place that knows which engine carries httpx's requests: a move to another one changes this file alone."""

from __future__ import annotations

import ssl
from functools import cache

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

_IDLE_SECONDS = 15.0


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def http_engine(max_connections: int) -> httpx.AsyncBaseTransport:
    """An engine with a pool of its own; it follows nothing, keeps no cookie, reads no environment, repeats nothing."""

    def session() -> aiohttp.ClientSession:
        made = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=max_connections, keepalive_timeout=_IDLE_SECONDS, ssl=_tls()),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            auto_decompress=False,
            trust_env=False,
        )
        # Without this it sends GET, PUT and DELETE a second time after a reset, unseen and uncounted.
        made._retry_connection = False
        return made

    return AiohttpTransport(client=session, verify=_tls())
