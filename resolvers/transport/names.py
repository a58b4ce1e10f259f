"""Looks names up in threads of its own: a name server that is silent about one source holds up no other one."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from threading import Thread
from typing import Any, NamedTuple, TypeVar

from aiohttp.abc import AbstractResolver, ResolveResult

T = TypeVar("T")

_PATIENCE_SECONDS = 0.5
_IS_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
_AS_NUMBERS = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV


class _Name(NamedTuple):
    host: str
    port: int
    family: int


class NameResolver(AbstractResolver):
    """The addresses of names, each of which is looked up once at a time.

    The loop's own threads are few, and everybody's: two names that nobody answers for hold all of them. What a name
    stood for last is good as long as nobody can say what it stands for now, or takes more than half a second to.
    """

    def __init__(self) -> None:
        self._known: dict[_Name, list[ResolveResult]] = {}
        self._under_way: dict[_Name, asyncio.Future[list[ResolveResult]]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name. Raises OSError where it has none."""
        name = _Name(host, port, family)
        lookup = self._under_way.get(name) or self._begin(name)
        known = self._known.get(name)
        await asyncio.wait({lookup}, timeout=None if known is None else _PATIENCE_SECONDS)
        if known is not None and (not lookup.done() or _is_temporary(lookup.exception())):
            return known
        return lookup.result()

    async def close(self) -> None:
        """Leaves what is under way to itself."""

    def _begin(self, name: _Name) -> asyncio.Future[list[ResolveResult]]:
        lookup = self._under_way[name] = _in_a_thread(partial(_look_up, name))
        lookup.add_done_callback(partial(self._end, name))
        return lookup

    def _end(self, name: _Name, lookup: asyncio.Future[list[ResolveResult]]) -> None:
        del self._under_way[name]
        error = lookup.exception()
        if error is None:
            self._known[name] = lookup.result()
        elif not _is_temporary(error):
            self._known.pop(name, None)


def _is_temporary(error: BaseException | None) -> bool:
    """Whether no server could say what the name stands for. One that says "nothing" has answered."""
    return isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN


def _look_up(name: _Name) -> list[ResolveResult]:
    flags, kind = socket.AI_ADDRCONFIG, socket.SOCK_STREAM
    found = socket.getaddrinfo(name.host, name.port, name.family, kind, flags=flags)
    return [_result(name, family, protocol, address) for family, _, protocol, _, address in found]


def _result(name: _Name, family: int, protocol: int, address: tuple[Any, ...]) -> ResolveResult:
    host, port = socket.getnameinfo(address, _AS_NUMBERS)  # with the zone of a link's own address
    return ResolveResult(
        hostname=name.host, host=host, port=int(port), family=family, proto=protocol, flags=_IS_NUMERIC
    )


def _in_a_thread(work: Callable[[], T]) -> asyncio.Future[T]:
    """What the work gives or raises. The end of the process does not wait for it, as it would for a pool's."""
    promise: Future[T] = Future()
    promise.set_running_or_notify_cancel()

    def run() -> None:
        try:
            promise.set_result(work())
        except Exception as error:  # noqa: BLE001  # it is raised where it is waited for
            promise.set_exception(error)

    Thread(target=run, name="names", daemon=True).start()
    return asyncio.wrap_future(promise)
