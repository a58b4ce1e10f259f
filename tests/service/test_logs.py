import json
import logging
import subprocess
import sys

import pytest
import structlog
from pydantic import SecretStr

from resolvers.model.customer import Secret
from service.logs import UnknownLevel, configure_logs, log_sink

PATIENCE_SECONDS = 30
WARNING_PROCESS = """
import warnings
from service.logs import configure_logs
configure_logs(for_terminal=False)
warnings.warn("this will be an error one day", FutureWarning)
"""


@pytest.fixture(autouse=True)
def earlier_lines_are_out() -> None:
    """What a test before this one logged is written before anybody listens here."""
    log_sink().drain(PATIENCE_SECONDS)


def written(capfd: pytest.CaptureFixture[str]) -> str:
    log_sink().drain(PATIENCE_SECONDS)
    captured = capfd.readouterr()
    assert captured.out == ""
    return captured.err


def lines(capfd: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in written(capfd).splitlines()]


def test_machines_read_one_json_object_a_line(capfd: pytest.CaptureFixture[str]) -> None:
    configure_logs(for_terminal=False)

    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        structlog.get_logger().info("request", path="/graphql\n", status=200)

    (line,) = lines(capfd)
    assert line.pop("timestamp")
    assert line == {"event": "request", "level": "info", "path": "/graphql\n", "status": 200, "request_id": "r-1"}


def test_secrets_are_hidden_by_their_key_and_by_their_type(capfd: pytest.CaptureFixture[str]) -> None:
    configure_logs(for_terminal=False)

    structlog.get_logger().info(
        "call",
        access_token="hunter2",
        password="hunter2",
        Authorization="Bearer hunter2",
        secret_keys=["hunter2"],
        customer_key="hunter2",
        customer=Secret("hunter2"),
        listed=[SecretStr("hunter2")],
        headers={"X-Api-Key": "hunter2", "accept": "text/xml"},
        account="0070145",
    )

    (line,) = lines(capfd)
    assert "hunter2" not in json.dumps(line)
    assert line["headers"] == {"X-Api-Key": "***", "accept": "text/xml"}
    assert line["account"] == "0070145"


def test_libraries_speak_through_the_same_lines_but_never_below_warning(capfd: pytest.CaptureFixture[str]) -> None:
    configure_logs("debug", for_terminal=False)

    logging.getLogger("zeep.transports").debug("<Password>hunter2</Password>")
    logging.getLogger("aiohttp.client").warning("Unclosed connection")

    (line,) = lines(capfd)
    assert (line["event"], line["logger"]) == ("Unclosed connection", "aiohttp.client")


def test_a_traceback_shows_no_local_variables(capfd: pytest.CaptureFixture[str]) -> None:
    for for_terminal in (False, True):
        configure_logs(for_terminal=for_terminal)
        password = "".join(("hunt", "er2"))  # noqa: F841  # it must be nowhere but in the frame

        try:
            int("broken")
        except ValueError:
            structlog.get_logger().exception("failed")

        captured = written(capfd)
        assert "ValueError: invalid literal" in captured
        assert "hunter2" not in captured


class Unshowable:
    def __repr__(self) -> str:
        raise ValueError


def test_a_line_that_json_cannot_hold_is_written_all_the_same(capfd: pytest.CaptureFixture[str]) -> None:
    configure_logs(for_terminal=False)

    structlog.get_logger().warning(
        "answer_failed",
        source="dues",
        detail="Not allowed \ud83d",
        count=2**64,
        digits=10**5_000,
        listed=["ä", "\udc00"],
        strange=Unshowable(),
    )

    (line,) = lines(capfd)
    assert (line["event"], line["source"], line["detail"]) == ("answer_failed", "dues", "Not allowed \\ud83d")
    assert (line["count"], line["listed"]) == (str(2**64), "['\\xe4', '\\udc00']")
    assert line["digits"] == "int that cannot be shown"
    assert line["strange"] == "Unshowable that cannot be shown"


def test_lines_below_the_level_are_left_out(capfd: pytest.CaptureFixture[str]) -> None:
    configure_logs("warning", for_terminal=False)

    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("loud")

    assert [line["event"] for line in lines(capfd)] == ["loud"]


def test_a_level_that_nobody_knows_is_told_with_the_known_ones() -> None:
    with pytest.raises(UnknownLevel) as caught:
        configure_logs("verbose")

    assert str(caught.value) == "INVOICE_GRAPH_LOG_LEVEL: is 'verbose'. Write debug, info, warning, error."


def test_what_python_warns_of_is_a_line_like_others() -> None:
    process = subprocess.run([sys.executable, "-c", WARNING_PROCESS], capture_output=True, text=True, check=True)

    (line,) = [json.loads(line) for line in process.stderr.splitlines()]
    assert (line["level"], line["logger"]) == ("warning", "py.warnings")
    assert "FutureWarning: this will be an error one day" in line["event"]
