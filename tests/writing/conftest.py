"""A gateway of these tests' own, because what they write stays in its directory; it can be killed and started again."""

from __future__ import annotations

import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from resolvers.model.identity import account_id, invoice_id
from sandbox import demo_files
from sandbox.books import Account
from sandbox.server import Sandbox
from tests.conftest import ROOT, _address, _environ

FIELDS = "id sourceInvoiceId orderDate total { amount currencyCode } instructions lines { sku quantity }"
ERRORS = "userErrors { field message code }"
CREATE = (
    f"mutation ($input: CreateInvoiceInput!) {{ createInvoice(input: $input) {{ invoice {{ {FIELDS} }} {ERRORS} }} }}"
)
UPDATE = (
    f"mutation ($input: UpdateInvoiceInput!) {{ updateInvoice(input: $input) {{ invoice {{ {FIELDS} }} {ERRORS} }} }}"
)
DELETE = f"mutation ($input: DeleteInvoiceInput!) {{ deleteInvoice(input: $input) {{ deletedInvoiceId {ERRORS} }} }}"


@dataclass(slots=True)
class OwnGateway:
    """The real service over the sandbox, as a process with a directory of its own."""

    directory: Path
    configuration: Path
    environ: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    url: str = ""
    _starts: int = field(default=0)

    def start(self) -> None:
        """Starts it, with the database as it was left."""
        self._starts += 1
        log = self.directory / f"gateway-{self._starts}.log"
        with log.open("wb") as output:
            command = [sys.executable, "-m", "service", "serve", "--config", str(self.configuration)]
            self.process = subprocess.Popen(command, env=self.environ, cwd=ROOT, stderr=output)
        self.url = _address(self.process, log)

    def kill(self) -> None:
        """Ends it without a word, as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=20)


def imported(sandbox: Sandbox, directory: Path, **environ: str) -> OwnGateway:
    demo_files.write_csv(sandbox.books, directory)
    configuration = demo_files.write_configuration(directory, 9100, 8000)
    gateway = OwnGateway(directory, configuration, _environ(sandbox) | environ)
    names = [str(directory / name) for name in demo_files.CSV_NAMES]
    command = [sys.executable, "-m", "service", "customers", "import", "--complete-index"]
    subprocess.run(
        [*command, "--config", str(configuration), *names],
        env=gateway.environ,
        check=True,
        cwd=ROOT,
        capture_output=True,
    )
    return gateway


@pytest.fixture(scope="session")
def writing_gateway(running_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnGateway]:
    """With an answer cache that stays fresh for an hour, so that what is not forgotten would be seen."""
    caching = {"INVOICE_GRAPH__CACHE__FRESH_SECONDS": "3600", "INVOICE_GRAPH__CACHE__STALE_SECONDS": "3600"}
    gateway = imported(running_sandbox, tmp_path_factory.mktemp("writing"), **caching)
    gateway.start()
    yield gateway
    if gateway.process is not None and gateway.process.poll() is None:
        gateway.process.terminate()
        gateway.process.wait(timeout=20)


Run = Callable[..., Awaitable[Any]]


@pytest.fixture
async def run(writing_gateway: OwnGateway, sandbox: Sandbox, buyer: Account) -> AsyncIterator[Run]:
    """Runs a document with `input` as its variable; gives its only field, or the whole body where that is null."""
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:

        async def running(document: str, **given: object) -> Any:
            variables = {"input": given} if "$input" in document else given
            reply = await client.post(
                f"{writing_gateway.url}/graphql", json={"query": document, "variables": variables}
            )
            body = reply.json()
            (payload,) = body["data"].values() if body.get("data") else (None,)
            return body if payload is None else payload

        # An answered call, so that the failures of the test before do not add up to an open breaker.
        await running(DELETE, id=invoice_id("orders", buyer.key, "1"))
        sandbox.board.calls.clear()
        yield running


@pytest.fixture(scope="session")
def buyer(running_sandbox: Sandbox) -> Account:
    """An account at the order API that has invoices."""
    accounts = running_sandbox.books.accounts
    return next(one for one in accounts if one.source == "orders" and running_sandbox.books.of("orders", one.key))


def draft(account: Account, **changes: object) -> dict[str, object]:
    """An input that adds up, with a key of its own."""
    return {
        "accountId": account_id(account.source, account.key),
        "idempotencyKey": str(uuid.uuid4()),
        "orderDate": "2026-11-20",
        "lines": [
            {"sku": "1995", "quantity": "2", "unitPrice": "4.95"},
            {"sku": "915", "quantity": "1", "unitPrice": "0.95"},
        ],
        "tax": "1.00",
        "shipping": "2.00",
        "total": "13.85",
        "instructions": "Fragile & <heavy>\nCafé",
    } | changes


def posts(sandbox: Sandbox) -> int:
    """How many creations reached the emulator."""
    return sum(1 for call in sandbox.board.calls if call.operation.startswith("POST"))
