"""The formats in which Kruitbosch answers, as data: how each is asked for, known again, and read."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.kruitbosch.wire import Listing, OutstandingInvoice, Refusal, RowT, parse_listing, parse_refusal
from resolvers.sources.kruitbosch.wire_csv import parse_listing_csv, parse_refusal_csv
from resolvers.sources.kruitbosch.wire_xml import parse_listing_xml, parse_refusal_xml
from resolvers.transport.messages import UNTOLD, UpstreamReply

ProtocolName = Literal["json", "xml", "csv"]

_HEAD = 500  # bytes, within which an answer begins
_FILE_NAME = re.compile(r'filename="?([^";]*)', re.IGNORECASE)


class ListingParser(Protocol):
    """Reads a list's body."""

    def __call__(self, source: str, row: type[RowT], content: bytes, /) -> Listing[RowT]:
        """The rows. Raises SourceProtocolError."""


@dataclass(frozen=True, slots=True)
class WireFormat:
    """One format.

    `begins`: what its answers begin with, one or the other; empty where only the content type tells.
    `tells_next_page`: whether it says if a page is the last.
    """

    media_types: tuple[str, ...]
    parse_listing: ListingParser
    parse_refusal: Callable[[str, bytes], Refusal | None]
    begins: tuple[bytes, ...] = ()
    tells_next_page: bool = True

    @property
    def accept(self) -> str:
        """The value of Accept: one alone, because without any a browser's login page may come."""
        return self.media_types[0]

    def is_of(self, reply: UpstreamReply) -> bool:
        """Whether a reply is in it, by its content type or, where that is only a server's default, by its beginning."""
        if reply.content_type in UNTOLD:
            return reply.content[:_HEAD].removeprefix(codecs.BOM_UTF8).lstrip().startswith(self.begins)
        return reply.content_type in self.media_types


FORMATS: Mapping[ProtocolName, WireFormat] = {
    "json": WireFormat(("application/json", "text/json"), parse_listing, parse_refusal, (b"{", b'"')),
    "xml": WireFormat(("application/xml", "text/xml"), parse_listing_xml, parse_refusal_xml, (b"<",)),
    "csv": WireFormat(("text/csv",), parse_listing_csv, parse_refusal_csv, tells_next_page=False),
}


def refusal_in(source: str, reply: UpstreamReply) -> Refusal | None:
    """The error that a reply tells of, in whichever format it is: one that was asked for as CSV may come as JSON."""
    for form in FORMATS.values():
        if form.is_of(reply):
            return form.parse_refusal(source, reply.content)
    return None


def check_table(source: str, row: type[OutstandingInvoice], reply: UpstreamReply) -> None:
    """Raises SourceProtocolError for a CSV whose end cannot be known, or that is another service's file.

    A table does not say where it ends. Its length does, or its chunks; the end of a connection does not.
    """
    if "content-length" not in reply.headers and "chunked" not in reply.headers.get("transfer-encoding", "").lower():
        raise SourceProtocolError(source, "CSV of no known length")
    named = _FILE_NAME.search(reply.headers.get("content-disposition", ""))
    if named and named[1].strip().lower() not in (row.service.lower(), f"{row.service}.csv".lower()):
        raise SourceProtocolError(source, "CSV of another service")
