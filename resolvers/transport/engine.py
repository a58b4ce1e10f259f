"""The one place that knows which engine carries httpx's requests: a move to another one changes this file alone."""

from __future__ import annotations

import asyncio
import socket
import ssl
from functools import cache, partial
from typing import Self

import aiohttp
import httpx
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.connector import Connection
from aiohttp.http import RawResponseMessage
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.streams import StreamReader
from aiohttp.tracing import Trace
from httpx_aiohttp import AiohttpTransport
from httpx_aiohttp.transport import map_aiohttp_exceptions

from resolvers.transport.addresses import PrivateAddress, is_public
from resolvers.transport.names import NameResolver

_IDLE_SECONDS = 15.0
_MOST_INTERIM = 100
"""Before one answer. Servers send one or two, those that work long one every few seconds."""
_ADDED_BY_AIOHTTP = frozenset({"accept", "accept-encoding", "content-type", "user-agent"})
_NO_TIMEOUT = aiohttp.ClientTimeout()
"""Those who send have their own."""


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


class _PublicResolver(AbstractResolver):
    """Resolves names to public addresses only: what is checked here is what is connected to."""

    def __init__(self) -> None:
        self._resolver = NameResolver()

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


class _Answers(ResponseHandler):
    """The library's, which would read interim answers (1xx) as long as they come, ten thousand without a pause."""

    _interim = 0

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        self._interim = self._interim + 1 if data[0].code < 200 else 0
        if self._interim <= _MOST_INTERIM:
            super().feed_data(data, size)
        elif self.transport is not None:
            self.set_exception(HttpProcessingError(message="interim answers without end"))
            self.transport.close()


def _answers(loop: asyncio.AbstractEventLoop) -> ResponseHandler:
    return _Answers(loop)


class _Connector(aiohttp.TCPConnector):
    """The library's, which would take what came on a connection that nobody used for the next request's answer."""

    def __init__(self, limit: int, resolver: AbstractResolver) -> None:
        super().__init__(limit=limit, keepalive_timeout=_IDLE_SECONDS, ssl=_tls(), resolver=resolver)
        self._factory = partial(_answers, self._loop)

    async def _get(self, key: ConnectionKey, traces: list[Trace]) -> Connection | None:
        while (connection := await super()._get(key, traces)) is not None:
            if connection.protocol is not None and not connection.protocol.should_close:
                return connection
            connection.close()
        return None


class _Body(httpx.AsyncByteStream):
    """What arrives, in parts as they come."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        content = self._response.content
        if content.at_eof():
            raise StopAsyncIteration
        try:
            part = await content.readany()
        except aiohttp.ClientError:
            with map_aiohttp_exceptions():
                raise
        if not part:
            raise StopAsyncIteration
        return part

    async def aclose(self) -> None:
        if self._response.closed:  # it was read to its end
            return
        with map_aiohttp_exceptions():
            await self._response.__aexit__(None, None, None)


class _Engine(AiohttpTransport):
    """The library's, less a quarter of a call's time: of the options it knows, we have none.

    It adds `host` and the content's length.
    """

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not isinstance(self.client, aiohttp.ClientSession):
            self.client = self.get_client()
        stream = request.stream
        assert isinstance(stream, httpx.SyncByteStream)  # noqa: S101  # all of ours are bytes
        headers = [(name.decode("ascii").lower(), value.decode("ascii")) for name, value in request.headers.raw]
        try:
            response = await self.client.request(
                request.method,
                yarl.URL(str(request.url), encoded=True),  # as it is: it may be signed
                headers=headers,
                skip_auto_headers=_ADDED_BY_AIOHTTP.difference(dict(headers)) or None,  # None costs less
                data=b"".join(stream) or None,  # request.read() first asks typing what the stream is
                allow_redirects=False,
                timeout=_NO_TIMEOUT,
            )
        except aiohttp.ClientError:
            with map_aiohttp_exceptions():
                raise
        return httpx.Response(
            response.status,
            headers=response.raw_headers,
            stream=_Body(response),
            request=request,
            extensions={"reason_phrase": (response.reason or "").encode("ascii", "replace")},
        )


def http_engine(max_connections: int, *, public_only: bool = False) -> httpx.AsyncBaseTransport:
    """An engine with a pool of its own; it follows nothing, keeps no cookie, reads no environment, repeats nothing.

    `public_only`: names that resolve to private addresses are not connected to. Addresses written as such are the
    caller's to check.
    """

    def session() -> aiohttp.ClientSession:
        made = aiohttp.ClientSession(
            connector=_Connector(max_connections, _PublicResolver() if public_only else NameResolver()),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        )
        # Without this it sends GET, PUT and DELETE a second time after a reset, unseen and uncounted.
        made._retry_connection = False
        return made

    return _Engine(client=session, verify=_tls())
