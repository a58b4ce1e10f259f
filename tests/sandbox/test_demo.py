"""The demo's start and stop, with a stand-in for the gateway, which the sandbox must not know."""

from __future__ import annotations

import csv
import json
import signal
import socket
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sandbox import demo
from sandbox.books import Books
from sandbox.demo_files import configuration, write_csv

GATEWAY = """
import http.server, os, pathlib, sys, tomllib
verb, config = sys.argv[1], pathlib.Path(sys.argv[sys.argv.index("--config") + 1])
assert os.environ["INVOICE_GRAPH_KEY"]
if verb == "customers":
    with config.with_name("imports.txt").open("a") as file:
        file.write("imported\\n")
    config.with_name("invoice-graph.db").touch()
    sys.exit()
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", tomllib.loads(config.read_text())["server"]["port"]), Ready).serve_forever()
"""
DYING = "import sys; print('no such setting: sorces'); sys.exit(3)"
RUN = """
import sys, pathlib
from rich.console import Console
from sandbox import children, demo
port, directory, program = int(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
try:
    demo.run(port, directory, Console(width=200), (sys.executable, "-c", program))
except (demo.CannotStart, children.ChildDied) as error:
    sys.exit(str(error))
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number


class Demo:
    """A demo in a process of its own."""

    def __init__(self, port: int, directory: Path, program: str = GATEWAY, cwd: Path | None = None) -> None:
        self.port, self.directory = port, directory
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", RUN, str(port), str(directory), program],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, cwd=cwd,
        )  # fmt: skip

    def until(self, words: str) -> str:
        """What it printed, up to the line with these words."""
        assert self.process.stdout
        told = ""
        for line in self.process.stdout:
            told += line
            if words in line:
                return told
        raise AssertionError(self.process.communicate()[1])

    def stop(self, number: int = signal.SIGINT) -> tuple[int, str]:
        self.process.send_signal(number)
        told, _ = self.process.communicate(timeout=10)
        return self.process.returncode, told


@pytest.fixture
def started(port: int, tmp_path: Path) -> Iterator[Demo]:
    one = Demo(port, tmp_path)
    yield one
    if one.process.poll() is None:
        one.stop()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def sandbox_port(directory: Path) -> int:
    told = tomllib.loads((directory / "demo.toml").read_text())
    return int(httpx.URL(told["sources"]["association"]["base_url"]).port or 0) - 1


def test_the_demo_says_where_things_are_and_a_sigterm_stops_it_whole(started: Demo) -> None:
    told = started.until("customerByAccount")
    ports = [started.port, sandbox_port(started.directory)]

    assert f"http://127.0.0.1:{started.port}/" in told
    assert f"curl -s http://127.0.0.1:{started.port}/graphql" in told
    assert all(answers(port) for port in ports)
    assert started.stop(signal.SIGTERM) == (0, "Stopped.\n")
    assert not any(answers(port) for port in ports)


def test_after_ctrl_c_a_second_start_imports_nothing_again_and_keeps_the_key(started: Demo) -> None:
    started.until("customerByAccount")
    started.stop()
    key = (started.directory / "secret.key").read_text()

    again = Demo(started.port, started.directory)
    again.until("customerByAccount")
    assert again.stop(signal.SIGINT) == (0, "Stopped.\n")

    assert (started.directory / "imports.txt").read_text() == "imported\n"
    assert (started.directory / "secret.key").read_text() == key
    assert stat.S_IMODE((started.directory / "secret.key").stat().st_mode) == 0o600


def test_what_another_version_of_the_sandbox_imported_is_imported_anew(started: Demo) -> None:
    started.until("customerByAccount")
    started.stop()
    note = started.directory / "imported.json"
    note.write_text(json.dumps(json.loads(note.read_text()) | {"program": "an older one"}))

    again = Demo(started.port, started.directory)
    again.until("customerByAccount")
    again.stop()

    assert (started.directory / "imports.txt").read_text() == "imported\nimported\n"


def test_a_child_that_dies_ends_the_demo_with_its_reason(port: int, tmp_path: Path) -> None:
    _, reason = Demo(port, tmp_path, DYING).process.communicate(timeout=20)

    assert "import ended with status 3" in reason
    assert "no such setting: sorces" in reason


def test_a_port_in_use_is_told_with_its_remedy(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        _, reason = Demo(taken.getsockname()[1], tmp_path).process.communicate(timeout=20)

    assert "in use" in reason
    assert "make demo PORT=" in reason


@pytest.mark.parametrize(("taken", "other"), [(80, 9000), (8000, 9000), (9000, 10_000), (65_535, 9000)])
def test_the_port_that_is_proposed_can_be_had_by_everybody(taken: int, other: int) -> None:
    assert demo._other_port(taken) == other


def test_a_second_demo_leaves_the_first_ones_files_alone(started: Demo, port: int) -> None:
    started.until("customerByAccount")
    before = {file.name: file.read_bytes() for file in started.directory.iterdir()}

    _, reason = Demo(port + 1, started.directory).process.communicate(timeout=20)

    assert f"Another demo runs in {started.directory}." in reason
    assert {file.name: file.read_bytes() for file in started.directory.iterdir()} == before


def test_the_demo_runs_in_a_folder_whose_name_looks_like_markup(port: int, tmp_path: Path) -> None:
    one = Demo(port, tmp_path / "[/bold]")

    assert "[/bold]/gateway.log" in one.until("customerByAccount")
    assert one.stop()[0] == 0


def test_the_demo_runs_where_the_folder_has_a_module_of_the_sandboxs_name(port: int, tmp_path: Path) -> None:
    (tmp_path / "sandbox.py").write_text("raise SystemExit('somebody else')")
    one = Demo(port, tmp_path / "demo", cwd=tmp_path)

    assert one.until("customerByAccount")
    assert one.stop()[0] == 0


def test_the_curl_line_survives_a_shell(tmp_path: Path) -> None:
    query = '{ customer(id: "C-1001") { name } } # don\'t'
    line = demo.curl("http://127.0.0.1:1", query).replace("curl -s", "printf '%s\\n'")
    printed = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True).stdout.splitlines()

    assert printed[-1] == '{"query": "{ customer(id: \\"C-1001\\") { name } } # don\'t"}'


def test_the_csv_files_name_every_account_and_the_index_of_what_cannot_be_listed(
    generated: Books, tmp_path: Path
) -> None:
    write_csv(generated, tmp_path)
    accounts, index = rows(tmp_path / "accounts.csv"), rows(tmp_path / "invoices.csv")

    assert len(accounts) == len(generated.accounts)
    assert {row["source"] for row in accounts if row["secret"]} == {"webstore"}
    assert sum(row["source"] == "orders" for row in index) == sum(1 for _ in generated.of_source("orders"))
    assert sum(row["source"] == "webstore" for row in index) == 1000
    assert stat.S_IMODE((tmp_path / "accounts.csv").stat().st_mode) == 0o600


def test_the_configuration_is_toml_with_the_five_sources_on_following_ports() -> None:
    told = tomllib.loads(configuration(9100, 8000))

    assert [httpx.URL(source["base_url"]).port for source in told["sources"].values()] == [9101, 9102, 9103, 9104, 9105]
    assert told["server"]["secret_keys"] == ["${INVOICE_GRAPH_KEY}"]
    assert told["directory"]["url"] == "sqlite+aiosqlite:///invoice-graph.db"  # beside it, whatever its folder's name
