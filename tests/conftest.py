"""The sandbox, and the real service over it: a process of its own on a real socket, with the demo's directory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings

from sandbox import demo_files
from sandbox.books import SOURCES, Books
from sandbox.faults import Call
from sandbox.generate import generate
from sandbox.server import Sandbox, running

# The same cases on every run, so that a change is judged by what it changed; `make fuzz` looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fuzz", max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

ROOT = Path(__file__).parent.parent
_PATHS = {"association": "/xweb", "shop": "/Shoxl"}
_START_SECONDS = 60
_LOGINS = '{ customer(id: "C-1003") { invoices(first: 1) { nodes { id } } } }'


@pytest.fixture(scope="session")
def books() -> Books:
    return generate()


@pytest.fixture(scope="session")
def running_sandbox(books: Books) -> Iterator[Sandbox]:
    with running(books=books) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Iterator[Sandbox]:
    """The session's sandbox; every test leaves it as it was."""
    running_sandbox.board.calls.clear()
    yield running_sandbox
    running_sandbox.board.reset()
    running_sandbox.books.restore()


@dataclass(frozen=True, slots=True)
class Gateway:
    """A running service: where it is, its configuration, and what it is told by the environment."""

    url: str
    configuration: Path
    environ: dict[str, str]


@pytest.fixture(scope="session")
def gateway(running_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """The service with the answer cache off, so that every call can be counted."""
    directory = tmp_path_factory.mktemp("gateway")
    demo_files.write_csv(running_sandbox.books, directory)
    configuration = demo_files.write_configuration(directory, 9100, 8000)
    environ = _environ(running_sandbox)
    command = [sys.executable, "-m", "service"]
    names = [str(directory / name) for name in demo_files.CSV_NAMES]
    imported = subprocess.run(
        [*command, "customers", "import", "--complete-index", "--config", str(configuration), *names],
        env=environ,
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert imported.returncode == 0, imported.stderr
    log = directory / "gateway.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "serve", "--config", str(configuration)], env=environ, cwd=ROOT, stderr=output
        )
    try:
        url = _address(process, log)
        httpx.post(f"{url}/graphql", json={"query": _LOGINS}, timeout=20, trust_env=False).raise_for_status()
        yield Gateway(url, configuration, environ)
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def gateway_url(gateway: Gateway) -> str:
    return gateway.url


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and the calls that the emulators received meanwhile, logins aside."""

    data: Any
    errors: list[dict[str, Any]]
    extensions: dict[str, Any]
    calls: list[Call]
    status: int

    def count(self, source: str) -> int:
        """How many calls one source received."""
        return sum(1 for call in self.calls if call.source == source)


Ask = Callable[..., Awaitable[Answer]]


@pytest.fixture
async def ask(gateway: Gateway, sandbox: Sandbox) -> AsyncIterator[Ask]:
    """Asks the gateway over its socket; what follows the query are its variables."""
    async with httpx.AsyncClient(base_url=gateway.url, timeout=30, trust_env=False) as client:

        async def asking(query: str, **variables: object) -> Answer:
            sandbox.board.calls.clear()
            reply = await client.post("/graphql", json={"query": query, "variables": variables})
            body = reply.json()
            calls = [call for call in sandbox.board.calls if call.operation != "Authenticate"]
            return Answer(
                body.get("data"), body.get("errors", []), body.get("extensions", {}), calls, reply.status_code
            )

        yield asking


def _environ(sandbox: Sandbox) -> dict[str, str]:
    sources = {
        f"INVOICE_GRAPH__SOURCES__{name.upper()}__BASE_URL": sandbox.url(name) + _PATHS.get(name, "")
        for name in SOURCES
    }
    return {
        **os.environ,
        **sources,
        "INVOICE_GRAPH_KEY": "a key of the tests alone, long enough to be one",
        "INVOICE_GRAPH__SERVER__PORT": "0",
        "INVOICE_GRAPH__CACHE__FRESH_SECONDS": "0",
        "INVOICE_GRAPH__CACHE__STALE_SECONDS": "0",
    }


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Where the service listens, as its own log says."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        for line in log.read_text().splitlines():
            if '"event":"ready"' in line.replace(" ", ""):
                return line.partition("http://")[2].partition('"')[0].join(("http://", ""))
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"the gateway did not start:\n{log.read_text()}")
