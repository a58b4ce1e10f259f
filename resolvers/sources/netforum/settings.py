"""netFORUM's table in the configuration."""

from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator

from resolvers.sources.settings import SourceSettings, path_such_as

Column = Literal[
    "ivd_tax",
    "ivd_shipping",
    "ivd_discountamount",
    "prd_name",
    "prd_code",
    "cst_id",
    "cst_name_cp",
    "inv_close_flag",
]
"""A column that an invoice can do without: not those that tell which lines are charged."""


class NetforumSettings(SourceSettings):
    """`protocol` is SOAP at `service_path`, or JSON below `json_path`.

    `token_reuse` is how the tenant hands out tokens. "shared": one token for calls side by side, the newest reply's
    counts. "serial": one call after the other, for tenants whose token changes with each. "per_call": a login before
    each, for tokens that are good for one use. `authentication = "basic"`, in JSON alone, sends name and password with
    each call and uses no token at all.
    `details` is where lines and addresses come from: "invoice" asks for each invoice, "query" for `ids_per_query` at
    once, which the tenant must grant; `query_without` are columns that it does not. "off" asks for neither.
    `token_minutes` is how old a token may grow before a new login; `login_pause_seconds` how long nothing is sent
    after refused credentials; `max_faults_per_day` how many faults this process may cause.
    """

    kind: Literal["netforum"] = "netforum"
    protocol: Literal["soap", "json"] = "soap"
    service_path: Annotated[str, path_such_as("secure/netForumXML.asmx")] = "secure/netForumXML.asmx"
    json_path: Annotated[str, path_such_as("JSON")] = "JSON"
    username: str = Field(min_length=1)
    password: SecretStr = Field(min_length=1)
    authentication: Literal["token", "basic"] = "token"
    token_reuse: Literal["shared", "serial", "per_call"] = "shared"  # noqa: S105  # how, and not which
    details: Literal["invoice", "query", "off"] = "invoice"
    ids_per_query: int = Field(default=50, ge=1, le=200)
    query_without: frozenset[Column] = frozenset()
    token_minutes: float = Field(default=20.0, gt=0, le=1_440, allow_inf_nan=False)
    login_pause_seconds: float = Field(default=3_600.0, gt=0, le=86_400, allow_inf_nan=False)
    max_faults_per_day: int = Field(default=50, ge=1, le=10_000)

    @model_validator(mode="after")
    def _soap_has_tokens(self) -> Self:
        if self.protocol == "soap" and self.authentication == "basic":
            raise ValueError('authentication = "basic" needs protocol = "json"')
        return self
