"""Every table and key of the configuration file, with its default. Durations are seconds, sizes bytes."""

from enum import StrEnum
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, SerializeAsAny
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from resolvers.sources.settings import SourceSettings
from service.settings.values import (
    CacheUrl,
    DirectoryUrl,
    Host,
    HttpAddress,
    Listed,
    Origin,
    SecretKeys,
    TimeZone,
    TrustedHost,
    TypePrefix,
    only,
)

Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _own_address(given: dict[str, Any]) -> str:
    host = given.get("host", "127.0.0.1")
    return f"http://{f'[{host}]' if ':' in host else host}:{given.get('port', 8000)}"


class ServerSettings(_Table):
    """Where the gateway listens. Port 0 takes a free one; `public_url` is where clients see it from outside."""

    host: Host = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    workers: int = Field(default=1, ge=1, le=64)
    public_url: HttpAddress = Field(default_factory=_own_address)
    secret_keys: SecretKeys = Field(default=(), validate_default=True)
    deadline_seconds: Seconds = 8.0
    max_body_bytes: Count = 1_000_000
    cors_origins: Listed[Origin] = ()
    trusted_hosts: Listed[TrustedHost] = Field(default=("localhost", "127.0.0.1"), min_length=1)


class Explain(StrEnum):
    """Who may ask for extensions.explain."""

    NOBODY = "nobody"
    STAFF = "staff"
    EVERYONE = "everyone"


class GraphSettings(_Table):
    """What clients are offered."""

    explorer: bool = True
    introspection: bool = True
    explain: Explain = Explain.STAFF
    type_prefix: TypePrefix = ""
    owns_customer: Annotated[bool, only(True, "owns_customer = true")] = True
    time_zone: TimeZone = ZoneInfo("UTC")
    trusted_documents: Annotated[str, only("", 'trusted_documents = ""')] = ""


class LimitsSettings(_Table):
    """What one operation may ask for."""

    tokens: Count = 2000
    depth: Count = 12
    aliases: Count = 30
    root_fields: Count = 10
    page_size: Count = 100
    entities: Count = 1000
    upstream_calls: Count = 500


class AuthSettings(_Table):
    """Who is asking. With mode "none" everybody is staff, so the server listens on loopback only."""

    mode: Annotated[Literal["none", "jwt"], only("none", 'mode = "none", on loopback')] = "none"
    issuer: str = ""
    audience: str = ""
    jwks_url: str = ""
    algorithms: Listed[str] = ("ES256", "RS256")
    customer_claim: str = "customer_ids"
    roles_claim: str = "roles"


class DirectorySettings(_Table):
    """Where customers, their accounts and the index of known invoices live. The URL may hold a password."""

    url: DirectoryUrl = SecretStr("sqlite+aiosqlite:///invoice-graph.db")


class CacheSettings(_Table):
    """Where upstream answers are kept. The URL may hold a password."""

    url: CacheUrl = SecretStr("memory://")
    fresh_seconds: float = Field(default=15, ge=0, allow_inf_nan=False)
    stale_seconds: float = Field(default=3600, ge=0, allow_inf_nan=False)


class Settings(BaseSettings):
    """All of it, `sources` by the operator's names for them. `load_settings` builds it from file and environment."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix="INVOICE_GRAPH__", env_nested_delimiter="__"
    )

    server: ServerSettings
    graph: GraphSettings = GraphSettings()
    limits: LimitsSettings = LimitsSettings()
    auth: AuthSettings = AuthSettings()
    directory: DirectorySettings = DirectorySettings()
    cache: CacheSettings = CacheSettings()
    sources: dict[str, SerializeAsAny[SourceSettings]] = {}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Nothing but what is given: constructing settings reads no environment behind anybody's back."""
        return (init_settings,)
