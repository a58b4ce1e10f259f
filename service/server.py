"""Runs the application on uvicorn: one process, or several workers on the same socket."""

from __future__ import annotations

import asyncio
import errno
import gc
import math
import resource
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import cast

import structlog
import uvicorn
from starlette.types import ASGIApp

from service.app import create_app
from service.door import FEW_FILES, Door, door_of
from service.entrance import Server
from service.logs import configure_logs
from service.parts import Build, Parts
from service.protocol import FrontDoor
from service.settings import ServerSettings, Settings
from service.signals import end_on_hangup, terminated_by
from service.workers import Workers

_BACKLOG = 2048
_COLLECT_AFTER = 300_000  # new objects: 32 answers of fifty lists each have fewer in the making
_STARTUP_FAILED = 3  # as uvicorn's own command exits

log = structlog.get_logger(__name__)


class CannotListen(Exception):
    """The address cannot be had; the message is one line with its remedy."""


def run(settings: Settings, build: Build, log_level: str) -> int:
    """Serves until SIGTERM, SIGHUP or Ctrl-C, lets what runs end, and returns the exit code. Raises CannotListen.

    `build` is a function of a module: workers are processes of their own and import it.
    """
    end_on_hangup()
    with listen(settings.server) as sock:
        address = _address(settings.server, sock)
        settings = with_own_address(settings, address)
        config = uvicorn.Config(
            partial(application, settings, build, log_level, address),
            factory=True,
            workers=settings.server.workers,
            loop="auto",
            http=cast("type[asyncio.Protocol]", partial(FrontDoor, door=_door(settings))),
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=_BACKLOG,
            timeout_keep_alive=math.ceil(settings.server.idle_seconds),
            timeout_graceful_shutdown=math.ceil(settings.server.deadline_seconds) + 1,
        )
        return _run_workers(config, sock) if settings.server.workers > 1 else _run_alone(config, sock)


def with_own_address(settings: Settings, address: str) -> Settings:
    """The settings, with this address as `public_url` where the port was any free one and nobody wrote another."""
    server = settings.server
    if server.port or "public_url" in server.model_fields_set:
        return settings
    return settings.model_copy(update={"server": server.model_copy(update={"public_url": address})})


def application(settings: Settings, build: Build, log_level: str, address: str) -> ASGIApp:
    """The application as each process makes it for itself: with its own logs, and a line when it is ready."""
    configure_logs(log_level)

    @asynccontextmanager
    async def build_and_tell(settings: Settings) -> AsyncIterator[Parts]:
        async with build(settings) as parts:
            _spare_the_collector()
            log.info("ready", address=address)
            yield parts

    return create_app(settings, build_and_tell)


def _spare_the_collector() -> None:
    """Takes what the start made, which lives as long as the process, out of the cyclic collector's rounds.

    To walk it again and again took a fifth of a large answer's time. An answer makes hundreds of thousands of objects
    and no cycle, so the rounds are fewer, too.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)


def _door(settings: Settings) -> Door:
    files = _files()
    door = door_of(settings, files)
    if files < FEW_FILES:
        log.warning("few files", files=files, connections=door.connections)
    return door


def _files() -> int:
    """How many files a process of ours may have open, after asking for as many as it may have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most if most != resource.RLIM_INFINITY else sys.maxsize


def _run_alone(config: uvicorn.Config, sock: socket.socket) -> int:
    server = Server(config)
    with terminated_by(signal.SIGTERM), suppress(KeyboardInterrupt):
        server.run(sockets=[sock])
    return 0 if server.started else _STARTUP_FAILED


def _run_workers(config: uvicorn.Config, sock: socket.socket) -> int:
    supervisor = Workers(config, sockets=[sock])
    supervisor.run()
    failed = any(process.exitcode == _STARTUP_FAILED for process in supervisor.processes)
    return _STARTUP_FAILED if failed else 0


def listen(server: ServerSettings) -> socket.socket:
    """The socket, open from now on: whoever calls before all is ready waits, and is not turned away.

    On `::` it takes IPv4, too. Raises CannotListen.
    """
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    both = family == socket.AF_INET6 and socket.has_dualstack_ipv6()
    try:
        return socket.create_server((server.host, server.port), family=family, backlog=_BACKLOG, dualstack_ipv6=both)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = "another program listens there. Stop it, or choose another port: --port"
        else:
            reason = f"{error.strerror}. Choose another address: --host, --port"
        raise CannotListen(f"cannot listen on {server.host}:{server.port}: {reason}.") from None


def _address(server: ServerSettings, sock: socket.socket) -> str:
    host = f"[{server.host}]" if ":" in server.host else server.host
    return f"http://{host}:{sock.getsockname()[1]}"
