"""The company's subgraph of `examples/supergraph`, and what stands in front of it and us: each a process of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import httpx
import pytest

from tests.conftest import Gateway
from tests.npm import installed

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "supergraph"
_SECONDS = 60
_URL = re.compile(r"http://[\w.:]+/?")


@pytest.fixture(scope="session")
def example() -> Path:
    """The example's folder, its packages installed."""
    return installed(EXAMPLE)


@pytest.fixture(scope="session")
def company_url() -> Iterator[str]:
    """The company's service, listening."""
    command = [sys.executable, "-m", "uvicorn", "examples.supergraph.company:app", "--port", "0"]
    with running(command, "Uvicorn running on ") as service:
        yield f"{service.url}/graphql/"


@dataclass(slots=True)
class Front:
    """A gateway in front of both subgraphs: where it is, and what it asked whom since the last question."""

    url: str
    told: list[str] = field(default_factory=list)

    def ask(self, query: str, token: str | None = None) -> Any:
        """The answer's body."""
        self.told.clear()
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.post(self.url, json={"query": query}, headers=headers, timeout=_SECONDS, trust_env=False).json()

    def requests(self, at_least: int) -> list[tuple[str, int]]:
        """Each request that the last answer took: the subgraph's name, and how many entities it was for.

        What the gateway told before it answered may still be on its way here.
        """
        for _ in range(500):
            if len(self.told) >= at_least:
                break
            time.sleep(0.01)
        asked = [json.loads(line) for line in self.told]
        return [(request["subgraph"], request["entities"]) for request in asked]


@pytest.fixture(scope="session")
def apollo(example: Path, gateway: Gateway, company_url: str) -> Iterator[Front]:
    """Apollo's gateway."""
    with started_apollo(example, f"{gateway.url}/graphql", company_url) as front:
        yield front


@pytest.fixture(scope="session")
def stitched(example: Path, gateway: Gateway, company_url: str) -> Iterator[Front]:
    """A stitching gateway."""
    with started_stitching(example, f"{gateway.url}/graphql", company_url) as front:
        yield front


@contextmanager
def started_apollo(example: Path, invoices_url: str, company_url: str) -> Iterator[Front]:
    """Apollo's gateway in front of both."""
    with TemporaryDirectory() as folder:
        supergraph = Path(folder) / "supergraph.graphql"
        supergraph.write_text(composed(example, "apollo", _both(invoices_url, company_url)))
        with running(["node", str(example / "gateway.mjs"), str(supergraph), "0"], "") as front:
            yield front


@contextmanager
def started_stitching(example: Path, invoices_url: str, company_url: str) -> Iterator[Front]:
    """A stitching gateway in front of both."""
    given = [text for each in _both(invoices_url, company_url) for text in each.told]
    with running(["node", str(example / "stitch.mjs"), *given, "0"], "") as front:
        yield front


def _both(invoices_url: str, company_url: str) -> list[Subgraph]:
    return [
        Subgraph("invoices", invoices_url, ROOT / "schema.graphql"),
        Subgraph("company", company_url, EXAMPLE / "company.graphql"),
    ]


@dataclass(frozen=True, slots=True)
class Subgraph:
    """What a composer, or a stitching gateway, is told of one."""

    name: str
    url: str
    schema: Path

    @property
    def told(self) -> tuple[str, str, str]:
        """As the example's programs take it."""
        return (self.name, self.url, str(self.schema))


def composed(example: Path, composer: str, subgraphs: Sequence[Subgraph]) -> str:
    """The supergraph; fails with what the composer says, be it a hint."""
    given = [text for each in subgraphs for text in each.told]
    command = ["node", str(example / "compose.mjs"), composer, *given]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=_SECONDS)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@contextmanager
def running(command: Sequence[str], before_url: str, environ: Mapping[str, str] = os.environ) -> Iterator[Front]:
    """A server as a process of its own, from its first line with an address (behind those words) to the end."""
    environ = {**environ, "PYTHONUNBUFFERED": "1", "APOLLO_TELEMETRY_DISABLED": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        try:
            front = Front(_address(process.stdout, before_url))
            listener = threading.Thread(target=front.told.extend, args=(process.stdout,))
            listener.start()  # what it says later is read on: nobody can write into a full pipe
            try:
                yield front
            finally:
                process.terminate()
                listener.join(timeout=20)
        finally:
            process.terminate()


def _address(output: IO[str], before: str) -> str:
    lines: list[str] = []
    for line in output:
        lines.append(line)
        if f"{before}http://" in line:
            address: str = _URL.findall(line)[0]
            return address.rstrip("/")
    raise RuntimeError(f"it did not start:\n{''.join(lines)}")
