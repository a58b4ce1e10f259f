"""Lets only those in who call the gateway by a name of `server.trusted_hosts`, on any port.

Starlette's own list answers in plain text, and takes an IPv6 address for a name and a port.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

_HOST = re.compile(rb"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?", re.IGNORECASE)
_ANY = "*"


class HostList:
    """Raises HTTPException 400 for a host not listed; `*.example.com` lists every name below example.com, `*` all."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self.app = app
        listed = [host.lower().strip("[]") for host in hosts]
        self._names = frozenset(listed)
        self._suffixes = tuple(host[1:] for host in listed if host.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is asked of a listed host."""
        if not self._lists([value for name, value in scope["headers"] if name == b"host"]):
            raise HTTPException(400, "The Host header names no host that is served here: see server.trusted_hosts")
        await self.app(scope, receive, send)

    def _lists(self, hosts: list[bytes]) -> bool:
        if _ANY in self._names:
            return True
        match = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        if match is None:
            return False
        name = match["name"].decode().lower().strip("[]")
        return name in self._names or name.endswith(self._suffixes)
