"""Kinds of sources for tests of the settings: the keys of the example file, without the sources' own rooms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, SecretStr

from resolvers.sources.authentication import Authentication, NoAuthentication
from resolvers.sources.settings import SourceSettings


class AnySourceSettings(SourceSettings):
    protocol: Literal["soap", "json", "rest"] = "json"
    username: str = ""
    password: SecretStr = SecretStr("")
    token_reuse: Literal["shared", "serial", "per_call"] = "shared"
    details: Literal["invoice", "query", "off"] = "invoice"
    operation: Literal["outstanding", "overview"] = "outstanding"
    context: dict[str, str] = Field(default_factory=dict)
    authentication: Authentication = NoAuthentication()


@dataclass(slots=True)
class AnyKind:
    SETTINGS: type[SourceSettings] = AnySourceSettings


KINDS: Mapping[str, AnyKind] = {name: AnyKind() for name in ("netforum", "shoxl", "open2b", "seansworld", "kruitbosch")}
