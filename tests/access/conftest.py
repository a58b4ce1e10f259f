"""A gateway that asks for tokens, over the sandbox and the session's directory: caches are on, calls are counted."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from sandbox.faults import Call
from sandbox.server import Sandbox
from tests.access.provider import ALGORITHMS, AUDIENCE, ISSUER, IdentityProvider, providing
from tests.conftest import Gateway
from tests.writing.conftest import OwnGateway


@pytest.fixture(scope="session")
def provider() -> Iterator[IdentityProvider]:
    with providing() as provider:
        yield provider


@pytest.fixture(scope="session")
def guarded(
    gateway: Gateway, provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OwnGateway]:
    """The service in mode "jwt"; it answers from its cache for as long as the tests run."""
    asking = {
        "INVOICE_GRAPH__AUTH__MODE": "jwt",
        "INVOICE_GRAPH__AUTH__ISSUER": ISSUER,
        "INVOICE_GRAPH__AUTH__AUDIENCE": AUDIENCE,
        "INVOICE_GRAPH__AUTH__JWKS_URL": f"{provider.url}/keys",
        "INVOICE_GRAPH__AUTH__ALGORITHMS": ",".join(ALGORITHMS),
        "INVOICE_GRAPH__CACHE__FRESH_SECONDS": "3600",
        "INVOICE_GRAPH__CACHE__STALE_SECONDS": "3600",
        "INVOICE_GRAPH_LOG_LEVEL": "debug",
    }
    directory = tmp_path_factory.mktemp("guarded")
    made = OwnGateway(directory, gateway.configuration, gateway.environ | asking)
    made.start()
    yield made
    assert made.process is not None
    made.process.terminate()
    made.process.wait(timeout=20)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, and the calls that the emulators received meanwhile, logins aside."""

    status: int
    headers: httpx.Headers
    body: Any
    text: str
    calls: list[Call]

    @property
    def data(self) -> Any:
        """The answer's data."""
        return self.body["data"]

    @property
    def codes(self) -> list[str]:
        """The codes of its errors."""
        return [error["extensions"]["code"] for error in self.body.get("errors", [])]


Ask = Callable[..., Awaitable[Reply]]


@pytest.fixture
async def ask_as(guarded: OwnGateway, sandbox: Sandbox) -> AsyncIterator[Ask]:
    """Asks with a token, or with an Authorization header as it stands; what follows the query are its variables."""
    async with httpx.AsyncClient(base_url=guarded.url, timeout=30, trust_env=False) as client:

        async def asking(
            token: str | None, query: str, /, *, header: bytes | None = None, **variables: object
        ) -> Reply:
            sandbox.board.calls.clear()
            said = header if token is None else f"Bearer {token}".encode()
            headers = [(b"content-type", b"application/json")] + ([(b"authorization", said)] if said else [])
            content = json.dumps({"query": query, "variables": variables})  # in ASCII: halves of characters go out, too
            reply = await client.post("/graphql", content=content, headers=headers)
            calls = [call for call in sandbox.board.calls if call.operation != "Authenticate"]
            return Reply(reply.status_code, reply.headers, reply.json(), reply.text, calls)

        yield asking


@pytest.fixture
async def client(guarded: OwnGateway, sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=guarded.url, timeout=30, trust_env=False) as client:
        yield client
