"""How a source whose vendor prescribes nothing lets us in, as its operator has set it up."""

import re
from base64 import b64encode
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from resolvers.transport.redaction import OPEN_HEADERS

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OF_THE_MESSAGE = frozenset(
    {"connection", "content-length", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
)


def _header_name(name: str) -> str:
    if not _HEADER_NAME.fullmatch(name):
        raise ValueError('write a header\'s name such as "X-Api-Key"')
    if name.lower() in _OF_THE_MESSAGE | OPEN_HEADERS:
        raise ValueError('write another header\'s name, such as "X-Api-Key": this one says how the message is sent')
    return name


HeaderName = Annotated[str, AfterValidator(_header_name)]
"""A header that may carry a credential."""


def _header_value(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not text.isascii() or not text.isprintable() or text != text.strip():
        raise ValueError("a header's value is printable ASCII without blanks around it")
    return value


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class NoAuthentication(_Section):
    """Everybody who reaches it may ask."""

    method: Literal["none"] = "none"

    def headers(self) -> dict[str, str]:
        """No header at all."""
        return {}


class BasicAuthentication(_Section):
    """A name and a password with every call."""

    method: Literal["basic"]
    username: str
    password: SecretStr

    def headers(self) -> dict[str, str]:
        """The header of RFC 7617, in UTF-8."""
        pair = f"{self.username}:{self.password.get_secret_value()}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode('ascii')}"}


class HeaderAuthentication(_Section):
    """A key in a header of the operator's choice."""

    method: Literal["header"]
    name: HeaderName
    value: Annotated[SecretStr, AfterValidator(_header_value)]

    def headers(self) -> dict[str, str]:
        """The header with its key."""
        return {self.name: self.value.get_secret_value()}


Authentication = Annotated[NoAuthentication | BasicAuthentication | HeaderAuthentication, Field(discriminator="method")]
"""A table such as `{ method = "basic", username = "...", password = "..." }`."""
