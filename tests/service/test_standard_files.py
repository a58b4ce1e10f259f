"""What a command does where whoever starts it has closed its standard files, or where output meets a full disk."""

import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]


def command(words: Sequence[object], redirections: str) -> list[str]:
    return ["sh", "-c", f'exec "$@" {redirections}', "sh", sys.executable, "-m", "service", *map(str, words)]


@pytest.mark.parametrize("closed", ["<&- >&-", "2>&-", "<&- >&- 2>&-"])
def test_a_gateway_serves_and_ends_in_order_without_the_files_that_are_closed(config: Path, closed: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(command(["serve", "--config", config, "--port", port], closed), cwd=ROOT)
    try:
        transport = httpx.HTTPTransport(retries=8)  # waits for 0, 0.5, 1, 2, ... seconds
        with httpx.Client(transport=transport, trust_env=False) as client:
            assert client.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
        opened = [Path(f"/proc/{process.pid}/fd/{number}").readlink().name for number in (0, 1, 2)]
        assert not any(file.startswith("socket:") for file in opened)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0


def test_a_command_whose_output_is_closed_does_its_work(config: Path, tmp_path: Path) -> None:
    customers = tmp_path / "customers.csv"
    customers.write_text("id,name\nC-1,Anna\n")
    importing = command(["customers", "import", "--config", config, customers], ">&-")

    assert subprocess.run(importing, cwd=ROOT, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("words", [["schema"], ["check-config"], ["--help"]])
def test_output_that_cannot_be_written_is_told_in_one_line(config: Path, words: list[str]) -> None:
    words += ["--config", str(config)] if words == ["check-config"] else []
    told = subprocess.run(command(words, ">/dev/full"), cwd=ROOT, capture_output=True, text=True, check=False)

    assert (told.returncode, told.stderr) == (1, "standard output cannot be written: No space left on device.\n")
