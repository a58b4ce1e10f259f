"""A server on a real socket that answers with exact bytes, and says what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


def reply(content: bytes = b"", status: str = "200 OK", headers: str = "", *, length: int | None = None) -> Answer:
    """An answer with a Content-Length, right or as told; the connection stays open."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        declared = len(content) if length is None else length
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {declared}\r\n{headers}\r\n".encode() + content)
        await writer.drain()
        if declared > len(content):
            writer.close()

    return answer


def raw(*parts: bytes, pause_seconds: float = 0.0) -> Answer:
    """These bytes, with pauses between them, and then the connection's end."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause_seconds)
        writer.close()

    return answer


async def reset(writer: asyncio.StreamWriter) -> None:
    """Nothing but the connection's end."""
    writer.transport.abort()


async def hang(writer: asyncio.StreamWriter) -> None:
    """Nothing at all."""


class Wire:
    """The server: answers are used up in order, the last one again and again."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self.connections = 0
        self.asked = asyncio.Event()
        self.closed = asyncio.Event()
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        try:
            while not writer.is_closing():
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                lengths = [line[16:] for line in head.split("\r\n") if line.lower().startswith("content-length: ")]
                self.bodies.append(await reader.readexactly(int(lengths[0])) if lengths else b"")
                self.heads.append(head)
                self.asked.set()
                await (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            self.closed.set()


@asynccontextmanager
async def wire(*answers: Answer) -> AsyncIterator[Wire]:
    """A server on a free port of 127.0.0.1."""
    made = Wire(*answers)
    connections: list[asyncio.Task[None]] = []
    server = await asyncio.start_server(
        lambda reader, writer: connections.append(asyncio.create_task(made.serve(reader, writer))), "127.0.0.1", 0
    )
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
