"""Requests as forms: zeep writes each once, and what differs from call to call is filled in. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from resolvers.transport.messages import UpstreamRequest

_PLACE = re.compile(rb"\{place-(\d+)\}")
_PLAIN = re.compile(r"[ -%'-;=?-~]*")


class Form:
    """A request written with `place(0)`, `place(1)`, ... for its texts."""

    def __init__(self, written: UpstreamRequest) -> None:
        self._written = written
        self._parts = _PLACE.split(written.content)
        self._places = [int(number) for number in self._parts[1::2]]

    def filled(self, texts: Sequence[str]) -> UpstreamRequest:
        """The request with these texts, which are plain, in their places."""
        parts = [*self._parts]
        parts[1::2] = [texts[number].encode() for number in self._places]
        return replace(self._written, content=b"".join(parts))


def place(number: int) -> str:
    """What stands for a text in a form."""
    return f"{{place-{number}}}"


def are_plain(texts: Sequence[str]) -> bool:
    """Whether they are the same in XML as anywhere else: ASCII that is printed, and neither `&`, `<` nor `>`."""
    return _PLAIN.fullmatch("".join(texts)) is not None
