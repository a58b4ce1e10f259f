"""What all of Open2b's JSON answers have in common: `status`, and the reason where it is not "ok". Pure."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.json_text import decode_exact


class Record(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel"):
    """Names as the vendor writes them; None for null and for an absent key."""


class Refusal(Record, frozen=True, gc=False):
    """`error`: which kind, about which field, in the vendor's words; for the log alone."""

    field: str | None = None
    type: str | None = None
    description: str | None = None


class Refused(Exception):
    """The shop understood and declined; a sentence of ours is found for it by whoever sent the request."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__("the shop declined")
        self.refusal = refusal


class Envelope(Record, frozen=True, gc=False):
    """An answer; each method adds its own member."""

    status: str
    error: Refusal | None = None


E = TypeVar("E", bound=Envelope)

DONE = msgspec.json.Decoder(Envelope)
"""Reads an answer that says nothing but whether it was done."""


def open_envelope(source: str, content: bytes, decoder: msgspec.json.Decoder[E]) -> E:
    """An answer whose status is "ok". Raises Refused, and SourceProtocolError for anything that is no answer."""
    envelope = decode_exact(source, content, decoder)
    if envelope.status == "error":
        raise Refused(envelope.error or Refusal())
    if envelope.status != "ok":
        raise SourceProtocolError(source, "neither an answer nor an error")
    return envelope
