"""The clients of a soak: those who ask, those who leave, those who dawdle, and those who send too much."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from urllib.parse import urlsplit

import httpx

_FIELDS = "number issueDate total { amount currencyCode } source { name }"
QUERIES = (
    f"query($id: ID!) {{ customer(id: $id) {{ name invoices(first: 20) {{ totalCount nodes {{ {_FIELDS} }} }} }} }}",
    "query($id: ID!) { customer(id: $id) { balances { isComplete entries { currencyCode due { amount } } } } }",
    f"query($id: ID!) {{ customer(id: $id) {{ accounts {{ number invoices(first: 5) {{ nodes {{ {_FIELDS} "
    "lines { name } } } } } }",
    "{ customers(first: 10) { nodes { id invoices(first: 5) { nodes { number } } } } }",
    "{ sources { name } }",
    "{ viewer { nonsense } }",
)


class Clients:
    """They ask at one address until they are stopped; `answers` counts statuses and what else came of it."""

    def __init__(self, url: str, chance: random.Random) -> None:
        self._url, self._chance = url, chance
        self.answers: Counter[str] = Counter()

    async def ask(self) -> None:
        """Asks one thing after the other and reads the answers. Each document is new: its comment differs."""
        async with httpx.AsyncClient(base_url=self._url, timeout=30, trust_env=False) as client:
            while True:
                query = f"{self._chance.choice(QUERIES)} # {self._chance.randrange(10_000)}"
                try:
                    reply = await client.post("/graphql", json={"query": query, "variables": {"id": self._customer()}})
                    self.answers[str(reply.status_code)] += 1
                except httpx.HTTPError as error:
                    self.answers[type(error).__name__] += 1

    async def leave(self) -> None:
        """Asks, and hangs up before the answer."""
        while True:
            await self._send(self._question(), self._chance.uniform(0.001, 0.2), "left")

    async def dawdle(self) -> None:
        """Sends half a request, or does not read an answer, and stays for a while."""
        while True:
            await self._send(self._question()[: self._chance.randrange(1, 200)], self._chance.uniform(1, 15), "dawdled")

    async def send_too_much(self) -> None:
        """Sends bodies larger than are taken, in chunks."""
        head = f"POST /graphql HTTP/1.1\r\nHost: {urlsplit(self._url).netloc}\r\nTransfer-Encoding: chunked\r\n\r\n"
        chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
        while True:
            await self._send(head.encode() + chunk * 24, 0.3, "sent too much")

    def _customer(self) -> str:
        return f"C-{1_000 + self._chance.randrange(300)}"

    def _question(self) -> bytes:
        body = json.dumps({"query": self._chance.choice(QUERIES[:4]), "variables": {"id": self._customer()}}).encode()
        head = f"POST /graphql HTTP/1.1\r\nHost: {urlsplit(self._url).netloc}\r\nContent-Type: application/json\r\n"
        return head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body

    async def _send(self, data: bytes, patience_seconds: float, done: str) -> None:
        place = urlsplit(self._url)
        try:
            _, writer = await asyncio.open_connection(place.hostname, place.port)
            writer.write(data)
            await asyncio.sleep(patience_seconds)
            writer.transport.abort()
            self.answers[done] += 1
        except OSError:
            self.answers["turned away"] += 1
            await asyncio.sleep(0.1)
