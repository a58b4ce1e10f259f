"""`make demo`: sandbox, directory and gateway up with one command, and down with Ctrl-C."""

from __future__ import annotations

import fcntl
import hashlib
import json
import secrets
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel

from sandbox.books import SOURCES
from sandbox.children import Children, Stopped
from sandbox.demo_files import CSV_NAMES, write_configuration, write_csv
from sandbox.generate import generate
from sandbox.server import HOST, CannotListen, listen

SANDBOX_OFFSET = 1100
SANDBOX_PORTS = len(SOURCES) + 1
READY_SECONDS = 60.0
MODULE = (sys.executable, "-P", "-m")  # -P: what the folder calls `service` or `sandbox` is somebody else's
GATEWAY = (*MODULE, "service")
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

EVERYWHERE = (
    '{ customer(id: "C-1001") { name companyName invoices(first: 10) { totalCount isComplete'
    " nodes { number issueDate total { amount currencyCode } paymentStatus source { name } }"
    " sources { source { name } status invoiceCount } } } }"
)
EVERYBODY = (
    "{ customers(first: 20) { nodes { id companyName invoices(first: 100) { isComplete"
    " nodes { number issueDate total { amount currencyCode } source { name } } } } } }"
)
BY_NUMBER = (
    '{ customerByAccount(source: "orders", number: "212215") { companyName accounts { number source { title } } }'
    " sources { name kind capabilities { listsByAccount pages } } }"
)


class CannotStart(RuntimeError):
    """The demo cannot start; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where things of one demo are."""

    directory: Path
    port: int
    sandbox_port: int

    @property
    def gateway(self) -> str:
        """The gateway's address."""
        return f"http://{HOST}:{self.port}"

    @property
    def sandbox(self) -> str:
        """The address of the sandbox's page."""
        return f"http://{HOST}:{self.sandbox_port}"


def run(port: int, directory: Path, console: Console, gateway: Sequence[str] = GATEWAY) -> None:
    """Run the demo until it is told to stop. Raises CannotStart and ChildDied."""
    told_to_stop = threading.Event()
    for number in STOPPING:
        signal.signal(number, lambda *_: told_to_stop.set())
    directory.mkdir(parents=True, exist_ok=True)
    with _alone(directory):
        try:
            listen(port).close()
        except CannotListen as error:
            raise CannotStart(
                f"The demo cannot start: {error}. Choose another one: make demo PORT={_other_port(port)}"
            ) from error
        places = Places(directory, port, _sandbox_port(port + SANDBOX_OFFSET))
        try:
            with Children(directory, {"INVOICE_GRAPH_KEY": _secret_key(directory)}, told_to_stop) as children:
                with console.status("Starting the sandbox and the gateway ..."):
                    _start(children, places, gateway)
                _welcome(console, places)
                while True:
                    children.watch()
        except Stopped:
            console.print("Stopped.")


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Keeps every other demo out of the directory, where it would write over this one's files and logs."""
    with (directory / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(f"Another demo runs in {directory}. Stop it, or choose a --directory.") from None
        yield


def _start(children: Children, places: Places, gateway: Sequence[str]) -> None:
    """The sandbox beside the import, then the gateway; the import only when there is something new."""
    children.start("sandbox", (*MODULE, "sandbox", "--port", str(places.sandbox_port)))
    configuration = write_configuration(places.directory, places.sandbox_port, places.port)
    files = [str(places.directory / name) for name in CSV_NAMES]
    stamp = _Stamp(places.directory, children.environment["INVOICE_GRAPH_KEY"])
    if not stamp.is_current():
        write_csv(generate(), places.directory)
        importing = (*gateway, "customers", "import", "--complete-index", "--config", str(configuration), *files)
        children.finish(children.start("import", importing))
        stamp.write()
    children.start("gateway", (*gateway, "serve", "--config", str(configuration)))
    _wait(f"{places.sandbox}/faults", children)
    _wait(f"{places.gateway}/readyz", children)


def _wait(url: str, children: Children) -> None:
    """Return once the address answers 200. Raises ChildDied, Stopped, or CannotStart when it takes too long."""
    deadline = time.monotonic() + READY_SECONDS
    with httpx.Client(trust_env=False, timeout=2.0) as client:
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                if client.get(url).status_code == 200:
                    return
            children.watch()
    raise CannotStart(f"{url} did not become ready within {READY_SECONDS:.0f} s; the logs are in {children.directory}")


class _Stamp:
    """What the files and the directory were made from, so that nothing is made or imported twice."""

    def __init__(self, directory: Path, key: str) -> None:
        self._directory = directory
        self._path = directory / "imported.json"
        self._key = key

    def is_current(self) -> bool:
        """Whether this version of the sandbox wrote the files and had them imported, under the key that is there."""
        return (self._directory / "invoice-graph.db").exists() and self._read() == self._as_it_is()

    def write(self) -> None:
        """Note that the files as they are now were imported."""
        self._path.write_text(json.dumps(self._as_it_is()))

    def _read(self) -> object:
        try:
            return json.loads(self._path.read_text())
        except (OSError, ValueError):
            return None

    def _as_it_is(self) -> dict[str, str]:
        return {"program": _program(), "files": self._files()}

    def _files(self) -> str:
        digest = hashlib.sha256(self._key.encode())
        for name in CSV_NAMES:
            path = self._directory / name
            digest.update(path.read_bytes() if path.exists() else b"")
        return digest.hexdigest()


def _program() -> str:
    """A checksum of what writes the files."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _secret_key(directory: Path) -> str:
    """The key of this demo: made once, readable by its owner only, in a directory that git ignores."""
    path = directory / "secret.key"
    if not path.exists() or not path.stat().st_size:
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text().strip()


def _sandbox_port(wanted: int) -> int:
    """The wanted port, or the next one from which on all of the sandbox are free."""
    for base in range(wanted, min(wanted + 2000, 65000), 10):
        if all(_is_free(base + offset) for offset in range(SANDBOX_PORTS)):
            return base
    raise CannotStart(f"No {SANDBOX_PORTS} free ports from {wanted} on. Choose another place: make demo PORT=9000")


def _other_port(port: int) -> int:
    """One that everybody may have, with room for the sandbox behind it."""
    return port + 1000 if 8000 <= port < 60_000 else 9000


def _is_free(port: int) -> bool:
    try:
        listen(port).close()
    except CannotListen:
        return False
    return True


def curl(gateway: str, query: str) -> str:
    """The query as one line for a shell."""
    body = json.dumps({"query": query}).replace("'", "'\\''")
    return f"curl -s {gateway}/graphql -H 'Content-Type: application/json' -d '{body}'"


def _welcome(console: Console, places: Places) -> None:
    text = (
        f"Explorer  [bold]{places.gateway}/[/bold]\n"
        f"Sandbox   [bold]{places.sandbox}/[/bold]  five vendors, and buttons to break them\n"
        f"Logs      {escape(str(places.directory))}/gateway.log, sandbox.log\n\n"
        "Ctrl-C stops everything."
    )
    console.print(Panel(text, title="invoice-graph", expand=False))
    titles = (
        ("One customer's invoices from five sources, newest first:", curl(places.gateway, EVERYWHERE)),
        ("Twenty customers with all their invoices (paste it into the explorer):", EVERYBODY),
        ("Whose account is that? No invoice is fetched:", BY_NUMBER),
    )
    for title, query in titles:
        console.print(f"\n[bold]{title}[/bold]")
        console.print(query, soft_wrap=True, markup=False, highlight=False)
