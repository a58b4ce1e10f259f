"""A client that goes away takes its upstream calls with it: over real sockets, from the client to the source."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.faults import Fault
from sandbox.server import Sandbox

SOURCE = "webstore"
QUERY = '{ customer(id: "C-1042") { invoices(first: 5, filter: {sources: ["webstore"]}) { nodes { number } } } }'
_ESTABLISHED = "01"


def test_the_upstream_call_of_a_client_that_left_is_given_up(gateway_url: str, sandbox: Sandbox) -> None:
    sandbox.board.faults[SOURCE] = Fault("hang")
    place = urlsplit(gateway_url)
    body = json.dumps({"query": QUERY}).encode()
    head = f"POST /graphql HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"

    with socket.create_connection((place.hostname, place.port)) as client:
        client.sendall(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        until(lambda: len(sandbox.board.calls) == 1)
        at_work = callers_of(sandbox.ports[SOURCE])
    until(lambda: callers_of(sandbox.ports[SOURCE]) < at_work)
    time.sleep(0.5)  # a call that timed out would have been tried again by now

    assert len(sandbox.board.calls) == 1


def callers_of(port: int) -> set[str]:
    """The other ends of the connections that a port of ours has."""
    local = f":{port:04X}"
    lines = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines())
    return {line[2] for line in lines if line[1].endswith(local) and line[3] == _ESTABLISHED}


def until(holds: Callable[[], bool]) -> None:
    """Waits for what is bound to come."""
    for _ in range(400):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come")
