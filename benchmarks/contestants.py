"""Who runs: the gateway as it is served, the floor, and the peers; each in a process of its own."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.process import Process, free_port
from benchmarks.upstream import association_key, customer_key
from benchmarks.workloads import ASSOCIATION, SCALES, W4, WORKLOADS

_KEY = "a key of the benchmark's own, which guards nothing"

_CONFIGURATION = """\
[server]
secret_keys = ["{key}"]
deadline_seconds = 300

[graph]
explorer = false

[limits]
page_size = 100000
list_cost = 1000000

[directory]
url = "sqlite+aiosqlite:///{folder}/directory.db"

[cache]
fresh_seconds = 0
stale_seconds = 0

[sources.webstore]
kind = "open2b"
base_url = "{upstream}"
currency = "EUR"
time_zone = "Europe/Rome"
timeout_seconds = 300
max_concurrency = 1000
max_body_bytes = 1000000000

[sources.association]
kind = "netforum"
base_url = "{upstream}/xweb"
username = "bench"
password = "bench"
currency = "USD"
time_zone = "America/New_York"
timeout_seconds = 300
max_concurrency = 1000
"""


@dataclass(frozen=True, slots=True)
class Contestant:
    """A command that listens on `{port}` and answers GraphQL at a path.

    `is_measured`: in every round, however slow. `packages`: the folder whose npm packages it needs, if any.
    `absences`: why it does not take part, by the workload's name.
    """

    name: str
    command: tuple[str, ...]
    path: str = "/graphql"
    is_measured: bool = False
    packages: Path | None = None
    absences: Mapping[str, str] = field(default_factory=dict, hash=False)

    def start(self, folder: Path, upstream: str) -> Process:
        """Its process, listening. Raises RuntimeError, with what it wrote, where it does not start."""
        port = free_port()
        command = [part.format(port=port, folder=folder) for part in self.command]
        return Process(command, port, folder / f"{self.name}.log", {"BENCHMARK_UPSTREAM": upstream})


def _uvicorn(module: str) -> tuple[str, ...]:
    options = ("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning", "--port")
    return (sys.executable, "-m", "uvicorn", module, *options, "{port}")


def _on_node(name: str, *words: str, absences: Mapping[str, str] | None = None) -> Contestant:
    """The peer in the folder of this name, which is told its port and these words."""
    folder = Path(__file__).parent / name
    command = ("env", "NODE_ENV=production", "node", str(folder / "server.mjs"), "{port}", *words)
    return Contestant(name, command, packages=folder, absences=absences or {})


FLOOR = Contestant("floor", _uvicorn("benchmarks.floor:app"), is_measured=True)
GATEWAY = Contestant(
    "gateway",
    (sys.executable, "-m", "service", "serve", "--config", "{folder}/gateway.toml", "--port", "{port}"),
    is_measured=True,
)
PEER = Contestant("strawberry", _uvicorn("benchmarks.peer:app"))
OPTIONAL = (
    _on_node("yoga", f"{W4.name}-"),  # how the ids of the association's customers begin
    _on_node("mesh", absences={W4.name: "its SOAP transport reads the invoice number 0010000 as 10000"}),
)
"""Peers that run only when they are asked for by name."""


def write_gateway_files(folder: Path, upstream: str) -> None:
    """The gateway's configuration, and its directory with all customers in it."""
    config = folder / "gateway.toml"
    config.write_text(_CONFIGURATION.format(key=_KEY, folder=folder, upstream=upstream), "utf-8")
    customers, accounts = folder / "customers.csv", folder / "accounts.csv"
    workloads = (*WORKLOADS, *SCALES)
    _write(customers, [("id",), *((id_,) for workload in workloads for id_ in workload.ids)])
    rows = [_account(workload.source, id_) for workload in workloads for id_ in workload.ids]
    _write(accounts, [("customer", "source", "account_key", "number", "secret"), *rows])
    command = [sys.executable, "-m", "service", "customers", "import", "--config", str(config)]
    done = subprocess.run(  # noqa: S603  # a command of our own
        [*command, str(customers), str(accounts)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"the directory could not be filled:\n{done.stdout}{done.stderr}")


def _account(source: str, id_: str) -> tuple[str, ...]:
    if source == ASSOCIATION:
        return id_, source, association_key(id_), "", ""
    return id_, source, id_, "", customer_key(id_)


def _write(path: Path, rows: Sequence[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
