"""What goes over the wire when, for an answer that the library writes piece by piece."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, cast

import pytest
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from service.answer_transport import AnswerTransport

KNOWN = [(b"content-length", b"6")]


class Wire:
    """A connection that tells what was sent with each write, and how it ended."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.ends: list[str] = []

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def writelines(self, pieces: tuple[bytes, ...]) -> None:
        self.sent.append(b"".join(pieces))

    def is_closing(self) -> bool:
        return bool(self.ends)

    def close(self) -> None:
        self.ends.append("closed")


def answering(wire: Wire, method: str = "POST", *, expects_continue: bool = False) -> RequestResponseCycle:
    transport, logger = cast("asyncio.Transport", wire), logging.getLogger(__name__)
    cycle = RequestResponseCycle(
        scope=cast("Any", {"type": "http", "method": method}),
        transport=transport,
        flow=FlowControl(transport),
        logger=logger,
        access_logger=logger,
        access_log=False,
        default_headers=[],
        message_event=asyncio.Event(),
        expect_100_continue=expects_continue,
        keep_alive=True,
        on_response=lambda: None,
    )
    cycle.more_body = False
    answer = AnswerTransport(transport, cycle, lambda: wire.ends.append("parted"))
    cycle.transport = cast("asyncio.Transport", answer)
    return cycle


async def begin(cycle: RequestResponseCycle, headers: list[tuple[bytes, bytes]]) -> None:
    await cycle.send({"type": "http.response.start", "status": 200, "headers": headers})


async def go_on(cycle: RequestResponseCycle, body: bytes, *, more: bool = False) -> None:
    await cycle.send({"type": "http.response.body", "body": body, "more_body": more})


async def test_an_answer_of_known_length_is_one_write() -> None:
    wire = Wire()
    cycle = answering(wire)

    await begin(cycle, KNOWN)
    await go_on(cycle, b"answer")

    assert wire.sent == [b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nanswer"]


async def test_of_one_in_pieces_only_the_head_waits() -> None:
    wire = Wire()
    cycle = answering(wire)

    await begin(cycle, KNOWN)
    await go_on(cycle, b"ans", more=True)
    await go_on(cycle, b"w", more=True)
    await go_on(cycle, b"er")

    assert [piece.rpartition(b"\r\n")[2] for piece in wire.sent] == [b"ans", b"w", b"er"]


async def test_the_head_of_one_of_unknown_length_is_sent_before_its_first_part_is_there() -> None:
    wire = Wire()

    await begin(answering(wire), [])

    assert [piece[-4:] for piece in wire.sent] == [b"\r\n\r\n"]


@pytest.mark.parametrize(("method", "headers"), [("HEAD", KNOWN), ("GET", [(b"content-length", b"0")])])
async def test_so_is_a_head_that_no_body_follows(method: str, headers: list[tuple[bytes, bytes]]) -> None:
    wire = Wire()

    await begin(answering(wire, method), headers)

    assert [piece[-4:] for piece in wire.sent] == [b"\r\n\r\n"]


async def test_what_is_sent_before_the_head_does_not_wait_and_the_head_still_does() -> None:
    wire = Wire()
    cycle = answering(wire, expects_continue=True)
    cycle.message_event.set()

    await cycle.receive()
    await begin(cycle, KNOWN)
    await go_on(cycle, b"answer")

    assert [piece.partition(b"\r\n")[0] for piece in wire.sent] == [b"HTTP/1.1 100 Continue", b"HTTP/1.1 200 OK"]


async def test_the_head_of_an_answer_that_breaks_off_is_sent_before_the_end() -> None:
    wire = Wire()
    cycle = answering(wire)

    await begin(cycle, KNOWN)
    cycle.transport.close()

    assert [piece[:15] for piece in wire.sent] == [b"HTTP/1.1 200 OK"]
    assert wire.ends == ["closed"]


async def test_an_answer_that_ends_the_connection_before_its_request_has_ended_parts() -> None:
    wire = Wire()
    cycle = answering(wire)
    cycle.more_body = True

    await begin(cycle, [*KNOWN, (b"connection", b"close")])
    await go_on(cycle, b"answer")

    assert (len(wire.sent), wire.ends) == (1, ["parted"])
