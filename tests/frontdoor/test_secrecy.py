"""What a log may not hold, at its most talkative: tokens, cookies, queries, ids, passwords, links."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sandbox.faults import Fault
from sandbox.server import Sandbox
from tests.conftest import Gateway

ROOT = Path(__file__).parents[2]
CANARY = "canary-8c1f"
QUERY = '{ customer(id: "C-1042") { email invoices(first: 3) { nodes { number documentUrl } } } }'


@pytest.fixture
def talkative(gateway: Gateway, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The gateway's address and its log, at the level debug."""
    log = tmp_path / "gateway.log"
    environ = {**os.environ, **gateway.environ, "INVOICE_GRAPH_LOG_LEVEL": "debug"}
    command = [sys.executable, "-m", "service", "serve", "--config", str(gateway.configuration)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environ, cwd=ROOT, stderr=output)
    try:
        while '"ready"' not in log.read_text():
            assert process.poll() is None
            time.sleep(0.05)
        yield "http://" + log.read_text().partition("http://")[2].partition('"')[0], log
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_a_busy_debug_log_holds_nothing_secret(talkative: tuple[str, Path], gateway: Gateway, sandbox: Sandbox) -> None:
    url, log = talkative
    headers = {
        "authorization": f"Bearer {CANARY}", "cookie": f"session={CANARY}", "x-api-key": CANARY, "referer": CANARY,
        "x-request-id": f"{CANARY}!",
    }  # fmt: skip
    with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=30) as client:
        for fault in ("status_401", "status_500", "html_200", "reset", "error_200", "redirect"):
            sandbox.board.faults.update({source: Fault(fault, times=3) for source in sandbox.ports})
            answer = client.post(f"/graphql?token={CANARY}", json={"query": QUERY})
            assert answer.status_code == 200
            sandbox.board.faults.clear()
        client.get("/graphql", params={"query": f'{{ customer(id: "{CANARY}") {{ name }} }}', "access_token": CANARY})
        client.post("/graphql", json={"query": f'{{ customer(id: 5 "{CANARY}") '})
        client.post("/graphql", json={"query": "query($a: Int!) { __typename }", "variables": {"a": CANARY}})
        client.get(f"/documents/{CANARY}?token={CANARY}")
        client.post(f"/graphql#{CANARY}", content=CANARY)

    text = written_by(log, requests=11)
    assert "upstream_attempt_failed" in text
    assert CANARY not in text
    assert "C-1042" not in text
    assert not [secret for secret in secrets_of(gateway) if secret in text]
    assert not re.search(r"Traceback|https?://(?!127\.0\.0\.1:\d+\"|localhost)", text)


def written_by(log: Path, *, requests: int) -> str:
    """The log, once it has a line for each of so many requests, which is written when the answer is on its way."""
    for _ in range(400):
        text = log.read_text()
        if text.count('"request"') >= requests:
            return text
        time.sleep(0.05)
    raise AssertionError(f"not {requests} requests in the log:\n{text}")


def secrets_of(gateway: Gateway) -> set[str]:
    """The passwords and keys that stand in the gateway's configuration and environment."""
    written = re.findall(r'(?:password|secret|key)\w*\s*=\s*\[?"([^"$]{4,})"', gateway.configuration.read_text())
    given = [value for name, value in gateway.environ.items() if re.search(r"^INVOICE_GRAPH.*(PASSWORD|KEY)", name)]
    assert written + given
    return {*written, *given}
