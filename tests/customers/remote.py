"""PostgreSQL behind a line that can fall silent: as a frozen host, it takes connections and says nothing."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers import outage
from resolvers.customers.engine import open_engine


class Remote:
    """A database far away. What is sent while the line is silent arrives when it is not."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._sounds = asyncio.Event()
        self._sounds.set()
        self._calls: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.engine: AsyncEngine = open_engine(self._url.set(port=port).render_as_string(hide_password=False))

    def fall_silent(self) -> None:
        self._sounds.clear()

    def sound(self) -> None:
        self._sounds.set()

    async def close(self) -> None:
        self.sound()
        await asyncio.gather(*outage._left, return_exceptions=True)
        await self.engine.dispose()
        self._server.close()
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        call = asyncio.current_task()
        assert call is not None
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        there, back = await asyncio.open_connection(self._url.host, self._url.port)
        try:
            with suppress(asyncio.CancelledError):  # asyncio's streams take it for a fault
                await asyncio.gather(self._carry(reader, back), self._carry(there, writer))
        finally:
            for end in (back, writer):
                end.close()
                with suppress(OSError):
                    await end.wait_closed()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(65_536):
                await self._sounds.wait()
                writer.write(piece)
                await writer.drain()
        writer.close()
