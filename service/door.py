"""What the front door bears of a connection, and what it says to one that it turns away."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from graph.http.refused import refusal
from resolvers.transport.settings import DocumentSettings
from service.middleware.answer_head import REQUEST_ID, SECURITY
from service.settings import Settings

if TYPE_CHECKING:
    from service.protocol import FrontDoor

_LARGEST_ANSWERS = 4
"""So many of them, or of the largest documents, may wait for those who read slowly."""

_OTHER_FILES = 256
"""Files that a process needs beside its clients: the directory, the connections to sources, the log."""
FEW_FILES = 2 * _OTHER_FILES
"""With fewer, clients have half of them."""


@dataclass(slots=True, kw_only=True)
class Door:
    """The bounds, and two kinds of connections of this process, longest first.

    Those `waiting` wait for a request; those `unread` hold bytes, so many, for clients that read slower than we write.
    """

    header_bytes: int
    headers: int
    connections: int
    receive_seconds: float
    unread_bytes: int
    waiting: dict[FrontDoor, None] = field(default_factory=dict)
    unread: dict[FrontDoor, int] = field(default_factory=dict)

    def make_room(self, newcomer: FrontDoor) -> bool:
        """Whether a connection over the bound may stay, because another one that only waits could be closed for it."""
        longest = next((connection for connection in self.waiting if connection is not newcomer), None)
        if longest is None:
            return False
        del self.waiting[longest]
        longest.leave()
        return True

    def hold(self, newcomer: FrontDoor) -> None:
        """Takes a connection for one of those that hold bytes; where these are too many, the longest make room."""
        self.unread[newcomer] = newcomer.unread_bytes()
        if sum(self.unread.values()) <= self.unread_bytes:
            return
        self.unread = {connection: connection.unread_bytes() for connection in self.unread}
        held = sum(self.unread.values())
        for connection in [*self.unread][:-1]:
            if held <= self.unread_bytes:
                break
            held -= self.unread.pop(connection)
            connection.give_up()


def door_of(settings: Settings, files: int) -> Door:
    """The door of these settings, for a process that may have so many files open."""
    server = settings.server
    return Door(
        header_bytes=server.max_header_bytes,
        headers=server.max_headers,
        connections=min(server.max_connections, max(files - _OTHER_FILES, files // 2)),
        receive_seconds=server.receive_seconds,
        unread_bytes=_LARGEST_ANSWERS * max(settings.limits.answer_bytes, *_document_bytes(settings)),
    )


def _document_bytes(settings: Settings) -> list[int]:
    """How large the documents of each source may be, and 0."""
    sources = settings.sources.values()
    return [0, *(source.max_document_bytes for source in sources if isinstance(source, DocumentSettings))]


def last_answer(status: int, message: str, request_id: str, headers: list[tuple[bytes, bytes]]) -> bytes:
    """A whole answer that ends its connection, for a request that never reached the application."""
    said = {**SECURITY, REQUEST_ID: request_id, "connection": "close"}
    response = refusal({"type": "http", "state": {"request_id": request_id}}, status, message, said)
    lines = [b"%s: %s\r\n" % pair for pair in (*headers, *response.raw_headers)]
    return b"".join((STATUS_LINE[status], *lines, b"\r\n", bytes(response.body)))
