"""Kruitbosch's table in the configuration."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr, StringConstraints, ValidationInfo, field_validator

from resolvers.sources.authentication import HeaderName
from resolvers.sources.kruitbosch.protocols import ProtocolName
from resolvers.sources.settings import SourceSettings, TimeZone, path_such_as
from resolvers.transport.settings import DocumentSettings

SessionField = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""A member's name, in any case."""


class KruitboschSettings(SourceSettings, DocumentSettings):
    """`login_path` and `login_provider` are ServiceStack's usual ones: the vendor's pages do not name them.

    Nor do they say how the login's answer calls the session: of `session_fields` the first that it has counts,
    and goes in `session_header`, in `Authorization` as a bearer token.
    `operation` is what is listed: the outstanding invoices, or the overview with the paid ones in pages of `page_size`.
    `own_customer` asks for the list of whoever logs in, as the role Klant may, instead of each customer's.
    """

    kind: Literal["kruitbosch"] = "kruitbosch"
    protocol: ProtocolName = "json"
    operation: Literal["outstanding", "overview"] = "outstanding"
    own_customer: bool = False
    page_size: int = Field(default=100, ge=1, le=10_000)
    username: str = Field(min_length=1)
    password: SecretStr = Field(min_length=1)
    login_path: Annotated[str, path_such_as("auth/credentials")] = "auth/credentials"
    login_provider: str = Field(default="credentials", min_length=1)
    session_fields: tuple[SessionField, ...] = Field(default=("SessionToken", "SessionId", "Token", "id"), min_length=1)
    session_header: HeaderName = "X-ss-id"
    time_zone: TimeZone = "Europe/Amsterdam"

    @field_validator("own_customer")
    @classmethod
    def _has_a_list_of_its_own(cls, own_customer: bool, info: ValidationInfo) -> bool:
        if own_customer and info.data.get("operation") == "overview":
            raise ValueError("leave it out: the overview is asked by customer number, one's own too")
        return own_customer
