"""How xWeb is spoken, as everything else here sees it: requests out of operations, trees out of replies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from resolvers.sources.netforum.keys import is_key
from resolvers.sources.netforum.tree import Branch
from resolvers.transport.messages import UpstreamReply, UpstreamRequest, fits_a_header

LOGIN_OPERATION = "Authenticate"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a method answered, and the token for the next call, if it brought one."""

    result: Branch
    token: str | None = field(default=None, repr=False)


def token_of(text: str | None) -> str | None:
    """The token that a text holds; None where it is none that could be sent back: every call after it would fail."""
    token = (text or "").strip()
    return token if fits_a_header(token) else None


def stated_token(result: Branch) -> str | None:
    """The token that a login's result states, for where no header brought one: a member `Token`, or a GUID alone.

    In most tenants the result is the namespace's name.
    """
    if isinstance(result, dict):
        stated = next((value for name, value in result.items() if name.lower() == "token"), None)
        return token_of(stated) if isinstance(stated, str) else None
    return token_of(result) if isinstance(result, str) and is_key(result.strip()) else None


class XwebProtocol(Protocol):
    """One of xWeb's two protocols."""

    def login(self) -> UpstreamRequest:
        """The request for a token."""

    def request(self, operation: str, arguments: Mapping[str, str], token: str) -> UpstreamRequest:
        """The request for a method; without a token (empty) name and password go along, where that can be."""

    def answer(self, reply: UpstreamReply, operation: str) -> Answer:
        """The reply taken apart. Raises Fault, SourceUnavailable, and SourceProtocolError for anything else."""
