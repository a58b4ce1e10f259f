"""Answers that wait for their readers: no more of them together than the process can bear."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path

from tests.frontdoor.conftest import House, living

LARGEST = 10_000_000
"""Of which the system takes four megabytes at most."""

ASKED = f"GET /graphql?bytes={LARGEST} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def slow_reader(house: House, stack: ExitStack, asked: bytes = ASKED) -> socket.socket:
    """A client that asks for the largest answer, and has read nothing but its beginning."""
    client = stack.enter_context(socket.socket())
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    client.settimeout(20)
    client.connect(("127.0.0.1", house.port))
    client.sendall(asked)
    assert client.recv(100).startswith(b"HTTP/1.1 200")
    return client


def held_bytes(house: House) -> int:
    """What the process holds in memory."""
    pages = int(Path(f"/proc/{house.process.pid}/statm").read_text().split()[1])
    return pages * 4_096


def test_of_too_many_answers_the_longest_unread_make_room() -> None:
    with living(answer_bytes=LARGEST) as house, ExitStack() as stack:
        before = held_bytes(house)

        for _ in range(16):
            slow_reader(house, stack)

        house.until_times("client does not read", 9)
        assert held_bytes(house) - before < 8 * LARGEST
        assert house.ask(ASKED).status == 200


def test_no_answer_is_made_while_the_one_before_it_is_unread() -> None:
    before_it = f"GET /graphql?bytes={LARGEST // 2} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with living(answer_bytes=LARGEST) as house, ExitStack() as stack:
        before = held_bytes(house)

        for _ in range(16):
            slow_reader(house, stack, before_it + ASKED)

        assert house.ask(ASKED).status == 200
        assert held_bytes(house) - before < 14 * LARGEST


def test_whoever_reads_gets_the_whole_answer() -> None:
    with living(answer_bytes=LARGEST) as house:
        replies = [house.ask(ASKED) for _ in range(20)]

        assert {len(reply.body) for reply in replies} == {LARGEST}
        assert not [line for line in house.lines if line["event"] == "client does not read"]
