"""A write whose client hangs up is carried out, once, and its outcome kept for whoever asks again."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlsplit

from sandbox.books import Account
from sandbox.faults import Fault
from sandbox.server import Sandbox
from tests.writing.conftest import CREATE, OwnGateway, Run, draft, posts


async def test_a_creation_whose_client_hangs_up_is_carried_out_and_told_to_whoever_asks_again(
    run: Run, writing_gateway: OwnGateway, sandbox: Sandbox, buyer: Account
) -> None:
    given, before = draft(buyer), len(sandbox.books.of("orders", buyer.key) or ())
    sandbox.board.faults["orders"] = Fault("slow", times=1, seconds=0.5)
    place = urlsplit(writing_gateway.url)
    body = json.dumps({"query": CREATE, "variables": {"input": given}}).encode()
    head = f"POST /graphql HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"

    _, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    async with asyncio.timeout(10):
        while not posts(sandbox):  # noqa: ASYNC110  # it is another thread that takes the call
            await asyncio.sleep(0.01)
    writer.transport.abort()
    payload = await run(CREATE, **given)

    assert payload["userErrors"] == []
    assert payload["invoice"]["total"]["amount"] == "13.85"
    assert posts(sandbox) == 1
    assert len(sandbox.books.of("orders", buyer.key) or ()) == before + 1
