"""The five vendors and the control application in one process, each on a socket of its own on the loopback."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sandbox import control, kruitbosch, netforum, open2b, seansworld, shoxl
from sandbox.books import SOURCES, Books
from sandbox.faults import Switchboard
from sandbox.generate import generate
from sandbox.wire_faults import FaultyWire

HOST = "127.0.0.1"


def _orders(books: Books, board: Switchboard) -> ASGIApp:
    """The order API with new numbers that no run before has given: a demo's directory outlives the sandbox."""
    return seansworld.emulator(books, board, seansworld.Settings(last_number=int(time.time())))


EMULATORS: dict[str, Callable[[Books, Switchboard], ASGIApp]] = {
    "association": netforum.emulator,
    "shop": shoxl.emulator,
    "webstore": open2b.emulator,
    "orders": _orders,
    "wholesale": kruitbosch.emulator,
}
NO_LINGER = struct.pack("ii", 1, 0)


class CannotListen(OSError):
    """A port that was asked for cannot be had; the message says which and why."""


@dataclass(slots=True)
class Sandbox:
    """A sandbox with its sockets open: where it listens, and what its servers share."""

    books: Books
    board: Switchboard
    sockets: dict[str, socket.socket]
    ports: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.ports = {name: listener.getsockname()[1] for name, listener in self.sockets.items()}

    @property
    def control_url(self) -> str:
        """Where faults are armed and calls are listed."""
        return self.url("control")

    def url(self, source: str) -> str:
        """The root of one source's server, without a path."""
        return f"http://{HOST}:{self.ports[source]}"


def prepare(base_port: int = 0, books: Books | None = None) -> Sandbox:
    """A sandbox with its sockets open and nothing answered yet; any free ports for base 0. Raises CannotListen."""
    sockets: dict[str, socket.socket] = {}
    for offset, name in enumerate(("control", *SOURCES)):
        try:
            sockets[name] = listen(base_port + offset if base_port else 0)
        except CannotListen:
            for opened in sockets.values():
                opened.close()
            raise
    return Sandbox(books or generate(), Switchboard(), sockets)


def listen(port: int) -> socket.socket:
    """A socket that takes connections; any free port for 0. Raises CannotListen."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # so that asyncio sets TCP_NODELAY
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be had: {error.strerror}"
        raise CannotListen(f"port {port} {why}") from error
    return listener


def serve(sandbox: Sandbox) -> None:
    """Answer until SIGINT or SIGTERM."""
    servers = _servers(sandbox)

    async def until_told() -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, _stop, servers)
        await _run(servers, sandbox)

    asyncio.run(until_told())


@contextmanager
def running(base_port: int = 0, books: Books | None = None) -> Iterator[Sandbox]:
    """A sandbox that answers from a thread of its own while the block runs."""
    sandbox = prepare(base_port, books)
    servers = _servers(sandbox)
    thread = threading.Thread(target=lambda: asyncio.run(_run(servers, sandbox)), name="sandbox", daemon=True)
    thread.start()
    try:
        yield sandbox
    finally:
        _stop(servers)
        thread.join(timeout=5)


class _Protocol(HttpToolsProtocol):
    """HTTP that lets a fault end the connection: in good order, or with a reset."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        ends = {"sandbox.close": self.transport.close, "sandbox.reset": self._reset}
        self.scope.update(ends)  # type: ignore[typeddict-item]  # keys of ours

    def _reset(self) -> None:
        """Close with no time to linger: what is unsent is dropped, and the client sees an RST."""
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self.transport.abort()


class _Server(uvicorn.Server):
    """One of six on one loop: signals are handled once for all, and stopping waits for no answer that hangs."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.force_exit = True
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await super().shutdown(sockets)


def _servers(sandbox: Sandbox) -> dict[str, _Server]:
    places = {name: sandbox.url(name) for name in sandbox.ports}
    apps: dict[str, ASGIApp] = {"control": control.application(sandbox.books, sandbox.board, places)}
    for source, emulator in EMULATORS.items():
        apps[source] = FaultyWire(emulator(sandbox.books, sandbox.board), source, sandbox.board)
    return {name: _Server(_config(app)) for name, app in apps.items()}


def _config(app: ASGIApp) -> uvicorn.Config:
    """Quiet: which calls came in is the control application's to say."""
    return uvicorn.Config(
        app, http=_Protocol, log_config=None, log_level="critical", access_log=False, lifespan="off", ws="none"
    )


async def _run(servers: dict[str, _Server], sandbox: Sandbox) -> None:
    await asyncio.gather(*(server.serve([sandbox.sockets[name]]) for name, server in servers.items()))


def _stop(servers: dict[str, _Server]) -> None:
    for server in servers.values():
        server.should_exit = True
