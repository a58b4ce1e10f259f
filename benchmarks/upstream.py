"""The upstream of all contestants: it speaks as the vendors do, hands out bytes made before, and counts the calls."""

from __future__ import annotations

import asyncio
import json
import re
from functools import cache
from typing import cast

import httptools

from benchmarks import bodies
from benchmarks.workloads import SCALES, WORKLOADS, Workload

_ALL = {workload.name: workload for workload in (*WORKLOADS, *SCALES)}
_CUSTOMER = re.compile(rb"CustomerKey>([0-9a-f-]{36})<")


def customer_key(customer_id: str) -> str:
    """What a customer of the web store shows; it names the customer there."""
    return f"key-{customer_id}"


def association_key(customer_id: str) -> str:
    """The customer's GUID at the association."""
    name, _, number = customer_id.partition("-")
    return f"{int(name[1:]):08x}-0000-4000-8000-{int(number):012x}"


class Upstream:
    """A web store and an association on one port of this process's event loop."""

    def __init__(self) -> None:
        self.calls = 0
        self.largest_body = 0
        self.url = ""

    async def start(self) -> asyncio.Server:
        """Listens on a free port of the loopback address."""
        server = await asyncio.get_running_loop().create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return server

    def answer(self, path: bytes, headers: dict[bytes, bytes], body: bytes) -> bytes:
        """The whole reply to one request."""
        self.calls += 1
        if path == b"/api/v10/storefront.invoices":
            asked = json.loads(body)
            customer = headers[b"x-customer-key"].decode().removeprefix("key-")
            workload, variant = _found(customer)
            if asked.get("first", 0) or (asked.get("limit") or workload.invoices) < workload.invoices:
                raise ValueError("only whole lists are made before")
            reply = _open2b(workload, variant, tuple(asked["fields"]))
        elif headers[b"soapaction"].endswith(b'Authenticate"'):
            reply = _reply(b"text/xml; charset=utf-8", bodies.xweb_login())
        else:
            found = _CUSTOMER.search(body)
            if found is None or bodies.TOKEN.encode() not in body:
                raise ValueError("neither a customer nor the token")
            key = found[1].decode()
            reply = _xweb(*_found(f"W{int(key[:8], 16)}-{int(key[-12:], 16)}"))
        self.largest_body = max(self.largest_body, len(reply))
        return reply


def _found(customer_id: str) -> tuple[Workload, int]:
    name, _, number = customer_id.partition("-")
    workload = _ALL[name]
    return workload, int(number) % workload.variants


@cache
def _open2b(workload: Workload, variant: int, members: tuple[str, ...]) -> bytes:
    content = bodies.open2b_reply(variant, workload.invoices, workload.lines, members)
    return _reply(b"application/json; charset=utf-8", content)


@cache
def _xweb(workload: Workload, variant: int) -> bytes:
    return _reply(b"text/xml; charset=utf-8", bodies.xweb_open_list(variant, workload.invoices))


def _reply(content_type: bytes, content: bytes) -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: " + content_type + b"\r\nContent-Length: %d\r\n\r\n" % len(content) + content
    )


class _Connection(asyncio.Protocol):
    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._parser = httptools.HttpRequestParser(self)
        self._headers: dict[bytes, bytes] = {}
        self._path = b""
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by name

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._path += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.lower()] = value

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        self._transport.write(self._upstream.answer(self._path, self._headers, b"".join(self._body)))
        self._headers, self._path, self._body = {}, b"", []
