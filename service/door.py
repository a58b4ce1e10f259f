"""What the front door bears of a connection, and what it says to one that it turns away."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from graph.http.refused import refusal
from service.middleware.answer_head import REQUEST_ID, SECURITY
from service.settings import ServerSettings

if TYPE_CHECKING:
    from service.protocol import FrontDoor

_OTHER_FILES = 256
"""Files that a process needs beside its clients: the directory, the connections to sources, the log."""
FEW_FILES = 2 * _OTHER_FILES
"""With fewer, clients have half of them."""


@dataclass(slots=True, kw_only=True)
class Door:
    """The bounds, and the connections of this process that wait for a request, longest first."""

    header_bytes: int
    headers: int
    connections: int
    receive_seconds: float
    waiting: dict[FrontDoor, None] = field(default_factory=dict)

    def make_room(self, newcomer: FrontDoor) -> bool:
        """Whether a connection over the bound may stay, because another one that only waits could be closed for it."""
        longest = next((connection for connection in self.waiting if connection is not newcomer), None)
        if longest is None:
            return False
        del self.waiting[longest]
        longest.leave()
        return True


def door_of(server: ServerSettings, files: int) -> Door:
    """The door of these settings, for a process that may have so many files open."""
    return Door(
        header_bytes=server.max_header_bytes,
        headers=server.max_headers,
        connections=min(server.max_connections, max(files - _OTHER_FILES, files // 2)),
        receive_seconds=server.receive_seconds,
    )


def last_answer(status: int, message: str, request_id: str, headers: list[tuple[bytes, bytes]]) -> bytes:
    """A whole answer that ends its connection, for a request that never reached the application."""
    said = {**SECURITY, REQUEST_ID: request_id, "connection": "close"}
    response = refusal({"type": "http", "state": {"request_id": request_id}}, status, message, said)
    lines = [b"%s: %s\r\n" % pair for pair in (*headers, *response.raw_headers)]
    return b"".join((STATUS_LINE[status], *lines, b"\r\n", bytes(response.body)))
