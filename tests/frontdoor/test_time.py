"""Nobody keeps a connection by being slow; whoever works or waits within the bounds keeps his."""

from __future__ import annotations

import pytest

from tests.frontdoor.conftest import House, is_closed, living, read_reply

GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize("sent", [b"", b"\r\n", GET])
def test_a_connection_that_only_waits_is_closed_without_a_word(house: House, sent: bytes) -> None:
    with house.connect() as connection:
        connection.sendall(sent)
        if sent == GET:
            read_reply(connection)

        assert is_closed(connection)


@pytest.mark.parametrize(
    "drops",
    [
        [b"GET /healthz HTTP/1.1\r\n", *[b"X-A: b\r\n"] * 19],
        [b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n", *[b"a"] * 100],
        [b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", *[b"1\r\na\r\n"] * 100],
    ],
)
def test_a_request_that_comes_in_drops_is_told_that_it_is_late(house: House, drops: list[bytes]) -> None:
    with house.connect() as connection:
        connection.settimeout(0.12)
        reply = None
        for drop in drops:
            connection.sendall(drop)
            try:
                connection.recv(1, 2)  # peeks
            except TimeoutError:
                continue
            connection.settimeout(10)
            reply = read_reply(connection)
            break

    assert reply is not None
    assert (reply.status, reply.closed) == (408, True)


def test_empty_lines_between_requests_do_not_hold_a_connection(house: House) -> None:
    with house.connect() as connection:
        connection.sendall(GET)
        read_reply(connection)
        connection.settimeout(0.1)
        ended = False
        for _ in range(100):
            try:
                connection.sendall(b"\r\n")
                ended = connection.recv(1) == b""
            except TimeoutError:
                continue
            except (ConnectionResetError, BrokenPipeError):
                ended = True
            break

    assert ended


def test_work_that_takes_longer_than_a_request_may_take_to_come_is_answered(house: House) -> None:
    reply = house.ask(b"GET /graphql?work=1.5 HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert reply.status == 200


def test_a_client_that_hangs_up_ends_the_work_for_it(house: House) -> None:
    seen = len(house.lines)

    with house.connect() as connection:
        connection.sendall(b"GET /graphql?work=60 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        house.until("work begins", seen)

    house.until("work cancelled", seen)
    house.until("request", seen, path="/graphql", status=None)
    assert not [line for line in house.lines[seen:] if line["level"] in ("warning", "error")]


def test_a_thousand_silent_connections_leave_room_for_a_request(house: House) -> None:
    silent = [house.connect() for _ in range(1_000)]
    try:
        assert house.ask(GET).status == 200
    finally:
        for connection in silent:
            connection.close()


def test_with_every_connection_at_work_a_new_one_is_told_to_come_back() -> None:
    with living(max_connections=1) as house, house.connect() as working:
        working.sendall(b"GET /graphql?work=2 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        house.until("work begins")

        refused = house.ask(b"")

        assert (refused.status, refused.closed) == (503, True)
        assert read_reply(working).status == 200


def test_more_requests_than_may_be_at_work_are_told_to_come_back() -> None:
    with living(max_requests=1) as house, house.connect() as working:
        working.sendall(b"GET /graphql?work=2 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        house.until("work begins")

        refused = house.ask(b"GET /graphql HTTP/1.1\r\nHost: localhost\r\n\r\n")
        probed = house.ask(GET)

        assert (refused.status, refused.headers["retry-after"]) == (503, "1")
        assert probed.status == 200
        assert read_reply(working).status == 200
