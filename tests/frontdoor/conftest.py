"""Real sockets to a real process, bytes in and bytes out."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 20
SERVER = {
    "port": 0,
    "max_body_bytes": 2_000,
    "max_header_bytes": 4_000,
    "max_headers": 20,
    "max_connections": 300,
    "receive_seconds": 1.0,
    "idle_seconds": 1.0,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; `closed`: the connection ended behind it."""

    status: int
    headers: dict[str, str]
    body: bytes
    closed: bool

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class House:
    """The process behind the door, and the lines that it has logged."""

    process: subprocess.Popen[str]
    lines: list[dict[str, Any]] = field(default_factory=list)
    said: threading.Condition = field(default_factory=threading.Condition)
    port: int = 0

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS)

    def ask(self, request: bytes) -> Reply:
        """What one request, as it stands, is answered."""
        with self.connect() as connection:
            connection.sendall(request)
            return read_reply(connection)

    def listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self.said:
                self.lines.append(json.loads(line))
                self.said.notify_all()

    def until(self, event: str, after: int = 0, **fields: object) -> dict[str, Any]:
        """The first line of this event with these fields, counted from so many lines on."""
        wanted = {"event": event, **fields}.items()
        with self.said:
            found = self.said.wait_for(
                lambda: next((line for line in self.lines[after:] if wanted <= line.items()), None), PATIENCE_SECONDS
            )
        assert found, f"never logged: {event}"
        return found

    def until_times(self, event: str, times: int) -> None:
        """Waits until this event was logged so many times."""
        with self.said:
            found = self.said.wait_for(
                lambda: sum(line["event"] == event for line in self.lines) >= times, PATIENCE_SECONDS
            )
        assert found, f"not logged {times} times: {event}"


def read_reply(connection: socket.socket) -> Reply:
    """One answer from the wire."""
    data = b""
    while b"\r\n\r\n" not in data:
        received = connection.recv(65_536)
        assert received, f"closed after {data!r}"
        data += received
    head, _, body = data.partition(b"\r\n\r\n")
    status_line, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65_536)
    return Reply(
        int(status_line.split()[1]), headers, body, headers.get("connection") == "close" and is_closed(connection)
    )


def is_closed(connection: socket.socket) -> bool:
    """Whether the other side ends the connection; waits for it."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


@contextmanager
def living(*, answer_bytes: int = 64_000_000, **server: object) -> Iterator[House]:
    """A house of its own."""
    tables = {"server": SERVER | server, "limits": {"answer_bytes": answer_bytes}}
    command = (sys.executable, "-m", "tests.frontdoor.serving", json.dumps(tables))
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    house = House(process)
    listener = threading.Thread(target=house.listen, daemon=True)
    listener.start()
    try:
        house.port = int(house.until("ready")["address"].rpartition(":")[2])
        yield house
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(PATIENCE_SECONDS)
        listener.join(PATIENCE_SECONDS)
        assert process.stderr is not None
        process.stderr.close()


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """The house that all tests call at, one after the other."""
    with living() as house:
        yield house
