"""Shoxl's table in the configuration."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from resolvers.sources.authentication import Authentication, NoAuthentication
from resolvers.sources.settings import SourceSettings, path_such_as
from resolvers.transport.settings import DocumentSettings

_NAMESPACE = re.compile(r"[a-z][a-z0-9+.-]*:[!#$%()*+,./0-9:;=?@A-Z\[\]_a-z~-]+", re.ASCII)


def _namespace(name: str) -> str:
    if not _NAMESPACE.fullmatch(name):
        raise ValueError('write a namespace such as "http://shoxl.com/ShoxlService"')
    return name


class ShoxlSettings(SourceSettings, DocumentSettings):
    """`base_url` ends in `/Shoxl`. `context` goes with every call; an account's own entries win over it.

    `service_path` and `namespace` are for SOAP: where the service is, and how the installation spells its namespace
    (some with a slash at its end).
    """

    kind: Literal["shoxl"] = "shoxl"
    protocol: Literal["rest", "soap"] = "rest"
    service_path: Annotated[str, path_such_as("ShoxlService")] = "ShoxlService"
    namespace: Annotated[str, AfterValidator(_namespace)] = "http://shoxl.com/ShoxlService"
    authentication: Authentication = NoAuthentication()
    context: dict[str, str] = Field(default_factory=dict)

    @field_validator("context")
    @classmethod
    def _has_a_place(cls, context: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        if context and info.data.get("protocol") == "soap":
            raise ValueError('only the protocol "rest" has a place for it')
        return context
