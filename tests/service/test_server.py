"""Real processes on real sockets: how the gateway starts, and how it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from service.server import listen, with_own_address
from tests.service.gateways import AWAY, settings

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Gateway:
    process: subprocess.Popen[str]

    def lines(self) -> Iterator[dict[str, object]]:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            yield json.loads(line)

    def address(self) -> str:
        return next(str(line["address"]) for line in self.lines() if line["event"] == "ready")

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def lose_its_terminal(self) -> None:
        os.killpg(self.process.pid, signal.SIGHUP)  # to its workers, too

    def exit_code(self) -> int:
        return self.process.wait(PATIENCE_SECONDS)


Start = Callable[..., Gateway]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: object, under: Sequence[str] = ()) -> Gateway:
        command = (*under, sys.executable, "-m", "tests.service.serving", *map(str, arguments))
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True)
        started.append(process)
        return Gateway(process)

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)  # its workers, too
        if process.stderr is not None and not process.stderr.closed:
            process.communicate()


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False, timeout=PATIENCE_SECONDS)


@pytest.mark.parametrize("workers", [1, 2])
def test_it_answers_once_it_says_that_it_is_ready_and_ends_well_on_sigterm(start: Start, workers: int) -> None:
    gateway = start(0, workers)

    alive = get(f"{gateway.address()}/healthz")
    gateway.terminate()

    assert alive.status_code == 200
    assert "server" not in alive.headers
    assert gateway.exit_code() == 0


@pytest.mark.parametrize("end", [Gateway.terminate, Gateway.lose_its_terminal])
@pytest.mark.parametrize("workers", [1, 2])
def test_what_runs_when_it_is_to_end_is_answered(start: Start, workers: int, end: Callable[[Gateway], None]) -> None:
    gateway = start(0, workers)
    place = urlsplit(gateway.address())
    head = f"POST /graphql HTTP/1.1\r\nhost: {place.netloc}\r\ncontent-length: 4\r\nexpect: 100-continue\r\n\r\n"

    with socket.create_connection((place.hostname, place.port), PATIENCE_SECONDS) as connection:
        connection.sendall(head.encode())
        asked_for_the_body = connection.recv(1000)
        end(gateway)
        until_it_takes_no_more_calls(place.port)
        connection.sendall(b"1234")
        answer = b"".join(iter(lambda: connection.recv(1000), b""))

    assert asked_for_the_body.startswith(b"HTTP/1.1 100")
    assert answer.endswith(b'{"data":{"bytes":4}}')
    assert gateway.exit_code() == 0


def until_it_takes_no_more_calls(port: int | None) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS).close()
        except (ConnectionRefusedError, ConnectionResetError):
            return
    raise TimeoutError("it still takes calls")


@pytest.mark.parametrize("workers", [1, 2])
def test_the_log_is_whole_when_the_process_ends(start: Start, workers: int) -> None:
    gateway = start(0, workers)
    address = gateway.address()

    for _ in range(20):
        get(f"{address}/healthz")
    gateway.terminate()
    asked = [line for line in gateway.lines() if line["event"] == "request"]

    assert gateway.exit_code() == 0
    assert len(asked) == 20


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_log_that_nobody_reads_costs_neither_an_answer_nor_the_end(start: Start, is_gone: bool) -> None:
    gateway = start(0, 1)
    with httpx.Client(base_url=gateway.address(), trust_env=False, timeout=PATIENCE_SECONDS) as client:
        if is_gone and gateway.process.stderr is not None:
            gateway.process.stderr.close()

        answers = Counter(client.get("/nowhere").status_code for _ in range(500))  # more lines than a pipe holds
    gateway.terminate()

    assert answers == {404: 500}
    assert gateway.process.wait(PATIENCE_SECONDS) == 0


def test_a_port_in_use_is_one_line(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        gateway = start(port, 1)

        said, exit_code = gateway.process.communicate(timeout=PATIENCE_SECONDS)[1], gateway.exit_code()

    assert exit_code == 1
    assert said == (
        f"cannot listen on 127.0.0.1:{port}: another program listens there. Stop it, or choose another port: --port.\n"
    )


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="the system has no sockets for IPv6 and IPv4")
def test_a_socket_for_ipv6_takes_ipv4_too() -> None:
    on_loopback = settings(server={"host": "::ffff:127.0.0.1", "port": 0}).server  # `::` would be open to the network

    with listen(on_loopback) as sock, socket.create_connection(("127.0.0.1", sock.getsockname()[1])) as connection:
        assert connection.getpeername()[0] == "127.0.0.1"


def test_a_worker_that_is_lost_while_the_directory_is_away_is_replaced_when_it_is_back(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = tmp_path / "away"
    monkeypatch.setenv(AWAY, str(away))
    gateway = start(0, 2, "away")
    lines = gateway.lines()
    address = next(str(line["address"]) for line in lines if line["event"] == "ready")
    next(line for line in lines if line["event"] == "ready")

    away.touch()
    os.kill(worker_of(gateway.process.pid), signal.SIGKILL)
    next(line for line in lines if line["event"] == "cannot start")
    away.unlink()
    next(line for line in lines if line["event"] == "ready")

    assert get(f"{address}/healthz").status_code == 200
    gateway.terminate()
    assert gateway.exit_code() == 0


def test_a_worker_that_dies_and_one_that_cannot_start_are_told_as_what_they_are(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = tmp_path / "away"
    monkeypatch.setenv(AWAY, str(away))
    gateway = start(0, 2, "away")
    lines = gateway.lines()
    for _ in range(2):
        next(line for line in lines if line["event"] == "ready")

    away.touch()
    lost = worker_of(gateway.process.pid)
    os.kill(lost, signal.SIGKILL)
    told = [next(lines) for _ in range(4)]

    assert told[0].items() >= {"event": "worker died", "pid": lost, "exit_code": -signal.SIGKILL}.items()
    assert told[1]["event"] == "cannot start"
    assert told[3].items() >= {"event": "worker cannot start", "level": "warning"}.items()


def test_a_process_that_may_have_few_files_says_so_when_it_starts(start: Start) -> None:
    gateway = start(0, 1, under=("sh", "-c", 'ulimit -n 400; exec "$@"', "sh"))

    said = next(gateway.lines())

    assert said.items() >= {"event": "few files", "level": "warning", "files": 400, "connections": 200}.items()


@pytest.mark.parametrize(
    ("server", "public_url"),
    [
        ({"port": 0}, "http://127.0.0.1:41851"),
        ({"port": 0, "public_url": "https://invoices.example"}, "https://invoices.example"),
        ({"port": 8000}, "http://127.0.0.1:8000"),
    ],
)
def test_links_lead_to_the_port_that_was_free_unless_a_public_address_is_given(
    server: dict[str, object], public_url: str
) -> None:
    found = with_own_address(settings(server=server), "http://127.0.0.1:41851")

    assert found.server.public_url == public_url


def worker_of(supervisor: int) -> int:
    """One of its workers, beside which it has a process that tracks resources."""
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    return next(int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes())


@pytest.mark.parametrize("workers", [1, 2])
def test_what_keeps_it_from_starting_is_said_without_a_traceback(start: Start, workers: int) -> None:
    gateway = start(0, workers, "broken")

    lines = list(gateway.lines())

    assert gateway.exit_code() == 3
    assert "The directory cannot be reached. Check directory.url." in [line.get("reason") for line in lines]
    assert "Traceback" not in json.dumps(lines)
