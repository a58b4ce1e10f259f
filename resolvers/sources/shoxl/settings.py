"""Shoxl's table in the configuration."""

from typing import Literal

from pydantic import Field

from resolvers.sources.authentication import Authentication, NoAuthentication
from resolvers.sources.settings import SourceSettings


class ShoxlSettings(SourceSettings):
    """`base_url` ends in `/Shoxl`. `context` goes with every call; an account's own entries win over it."""

    kind: Literal["shoxl"] = "shoxl"
    protocol: Literal["rest"] = "rest"
    authentication: Authentication = NoAuthentication()
    context: dict[str, str] = Field(default_factory=dict)
