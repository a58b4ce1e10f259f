"""SIGTERM: what runs is answered whole, nothing new is begun, and the process ends well."""

from __future__ import annotations

import select
import signal
import socket
import time
from contextlib import ExitStack

import pytest

from tests.frontdoor.conftest import PATIENCE_SECONDS, House, living, read_reply

WORK = b"GET /graphql?work=600 HTTP/1.1\r\nHost: localhost\r\n\r\n"


def rest_of(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_an_answer_that_streams_when_sigterm_comes_is_sent_to_its_end(version: bytes) -> None:
    with living() as house, house.connect() as reading, house.connect() as waiting:
        reading.sendall(b"GET /graphql?parts=15 HTTP/%s\r\nHost: localhost\r\n\r\n" % version)
        first = reading.recv(100)
        waiting.sendall(b"GET /graphql?work=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        house.until("work begins")
        house.process.send_signal(signal.SIGTERM)

        answer = first + rest_of(reading)

        assert answer.count(b"x" * 1_000) == 15
        assert answer.endswith(b"0\r\n\r\n" if version == b"1.1" else b"x")
        assert read_reply(waiting).status == 200
        assert house.process.wait(PATIENCE_SECONDS) == 0


def test_a_client_that_never_ends_does_not_hold_the_end_up_beyond_the_deadline() -> None:
    with living(deadline_seconds=1.0) as house, house.connect() as connection:
        connection.sendall(WORK)
        house.until("work begins")
        house.process.send_signal(signal.SIGTERM)

        assert house.process.wait(PATIENCE_SECONDS) == 0


@pytest.mark.parametrize(
    "half_sent", [b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc", WORK]
)
def test_what_is_cut_in_the_end_is_a_quiet_line(half_sent: bytes) -> None:
    with living(deadline_seconds=1.0, receive_seconds=60.0) as house, house.connect() as connection:
        connection.sendall(half_sent)
        with house.connect() as probing:
            probing.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert read_reply(probing).status == 200
        house.process.send_signal(signal.SIGTERM)

        assert house.until("request cut")["level"] == "info"
        assert house.process.wait(PATIENCE_SECONDS) == 0

    assert [line for line in house.lines if "exception" in line] == []


def test_idle_connections_do_not_hold_the_end_up() -> None:
    with living(idle_seconds=60.0, receive_seconds=60.0) as house:
        idle = [house.connect() for _ in range(20)]
        idle[0].sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert read_reply(idle[0]).status == 200
        house.process.send_signal(signal.SIGTERM)

        assert house.process.wait(PATIENCE_SECONDS) == 0
        for connection in idle:
            connection.close()


def test_who_asks_in_a_kept_connection_while_the_process_ends_is_answered_and_told_to_leave() -> None:
    asking = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with living() as house, house.connect() as kept:
        kept.sendall(asking)
        assert read_reply(kept).status == 200
        house.process.send_signal(signal.SIGTERM)
        until_refused(house)
        kept.sendall(asking)

        answer = rest_of(kept)

        assert answer.startswith(b"HTTP/1.1 200")
        assert b"connection: close" in answer
        assert house.process.wait(PATIENCE_SECONDS) == 0


def test_two_workers_take_no_more_calls_while_they_answer_what_runs() -> None:
    with living(workers=2) as pair, pair.connect() as working:
        working.sendall(b"GET /graphql?work=6 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        pair.until("work begins")
        pair.process.send_signal(signal.SIGTERM)
        until_refused(pair)

        assert not select.select([working], [], [], 0)[0]  # it is still at work
        assert read_reply(working).status == 200


def until_refused(house: House) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            house.connect().close()
        except (ConnectionRefusedError, ConnectionResetError):
            return
        time.sleep(0.05)
    raise AssertionError


def test_two_workers_answer_what_runs_and_end_well() -> None:
    with living(workers=2) as pair, ExitStack() as stack:
        working = [stack.enter_context(pair.connect()) for _ in range(4)]
        for count, connection in enumerate(working, start=1):
            connection.sendall(b"GET /graphql?work=2 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            pair.until_times("work begins", count)
        pair.process.send_signal(signal.SIGTERM)

        assert [read_reply(connection).status for connection in working] == [200] * 4
        assert pair.process.wait(PATIENCE_SECONDS) == 0
