"""Every table and key of the configuration file, with its default. Durations are seconds, sizes bytes.

Relative paths are below the folder of the file.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, SerializeAsAny
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from resolvers.sources.settings import SourceSettings
from service.settings.values import (
    CacheUrl,
    ClaimName,
    DirectoryUrl,
    FilePath,
    Host,
    HttpAddress,
    MetricsToken,
    Origin,
    SecretKeys,
    TimeZone,
    TokenText,
    TrustedHost,
    TypePrefix,
)

Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]
Algorithm = Literal["ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA", "Ed25519"]
"""What signs tokens with a private key; never one for a shared secret, which our public keys would pass for."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _own_address(given: dict[str, Any]) -> str:
    host = given.get("host", "127.0.0.1")
    return f"http://{f'[{host}]' if ':' in host else host}:{given.get('port', 8000)}"


class ServerSettings(_Table):
    """Where the gateway listens. Port 0 takes a free one; `public_url` is where clients see it from outside.

    Staff may read /metrics, and so may whoever sends `metrics_token` as a bearer token, where there is one.
    """

    host: Host = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    workers: int = Field(default=1, ge=1, le=64)
    public_url: HttpAddress = Field(default_factory=_own_address)
    secret_keys: SecretKeys = Field(default=(), validate_default=True)
    deadline_seconds: Annotated[Seconds, Field(ge=0.05, le=300)] = 8.0
    max_body_bytes: Count = 1_000_000
    max_header_bytes: Annotated[int, Field(ge=1000, le=250_000)] = 32_000
    max_headers: Count = 100
    max_connections: Count = 15_000
    max_requests: Count = 1000
    receive_seconds: Seconds = 10.0
    idle_seconds: Seconds = 15.0
    metrics_token: MetricsToken = SecretStr("")
    cors_origins: tuple[Origin, ...] = ()
    trusted_hosts: tuple[TrustedHost, ...] = Field(default=("localhost", "127.0.0.1"), min_length=1)


class Explain(StrEnum):
    """Who may ask for extensions.explain."""

    NOBODY = "nobody"
    STAFF = "staff"
    EVERYONE = "everyone"


class GraphSettings(_Table):
    """What clients are offered."""

    explorer: bool = True
    introspection: bool | Literal["development"] = "development"
    explain: Explain = Explain.STAFF
    type_prefix: TypePrefix = ""
    owns_customer: bool = True
    time_zone: TimeZone = ZoneInfo("UTC")
    trusted_documents: FilePath = ""
    compiled: bool = True


class LimitsSettings(_Table):
    """What one operation may ask for."""

    tokens: Count = 2000
    operations: Count = 10
    depth: Count = 12
    aliases: Count = 30
    directives: Count = 30
    root_fields: Count = 10
    page_size: Count = 100
    entities: Count = 1000
    list_cost: Count = 25_000
    id_length: Count = 1000
    text_length: Count = 20_000
    upstream_calls: Count = 500
    answer_bytes: Count = 64_000_000


class AuthSettings(_Table):
    """Who is asking. With mode "none" everybody is staff, so the server listens on loopback only.

    `issuer` and `audience` are those of the tokens, letter by letter. Claims are named as the tokens name them; dots
    lead into claims: `realm_access.roles`.
    """

    mode: Literal["none", "jwt"] = "none"
    issuer: TokenText = ""
    audience: TokenText = ""
    jwks_url: str = ""
    algorithms: tuple[Algorithm, ...] = Field(default=("ES256", "RS256"), min_length=1)
    customer_claim: ClaimName = "customer_ids"
    roles_claim: ClaimName = "roles"


class DirectorySettings(_Table):
    """Where customers, their accounts and the index of known invoices live. The URL may hold a password.

    `cache_seconds`: how long PostgreSQL's rows are kept in the process unless somebody writes, SQLite's for as long as
    nobody does; 0: every request asks the database.
    """

    url: DirectoryUrl = Field(default=SecretStr("sqlite+aiosqlite:///invoice-graph.db"), validate_default=True)
    cache_seconds: float = Field(default=5, ge=0, allow_inf_nan=False)


class CacheSettings(_Table):
    """Where upstream answers are kept. The URL may hold a password; `memory_bytes` is for `memory://` alone."""

    url: CacheUrl = SecretStr("memory://")
    fresh_seconds: float = Field(default=15, ge=0, allow_inf_nan=False)
    stale_seconds: float = Field(default=3600, ge=0, allow_inf_nan=False)
    memory_bytes: Count = 128_000_000


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

    @property
    def introspection(self) -> bool:
        """Whether clients may ask for the schema: development is while `auth.mode = "none"`."""
        written = self.graph.introspection
        return self.auth.mode == "none" if written == "development" else written

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
