"""netFORUM's table in the configuration."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from resolvers.sources.settings import SourceSettings

_PATH = re.compile(r"[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*", re.ASCII)


def _service_path(path: str) -> str:
    if not _PATH.fullmatch(path):
        raise ValueError('write a path below base_url such as "secure/netForumXML.asmx"')
    return path


def _protocol(protocol: object) -> object:
    if protocol == "json":
        raise ValueError('only "soap" is spoken as yet')
    return protocol


def _details(details: object) -> object:
    if details in {"invoice", "query"}:
        raise ValueError('only "off" works as yet: lines and addresses are not fetched')
    return details


class NetforumSettings(SourceSettings):
    """`token_reuse` is how the tenant hands out tokens.

    "shared": one token for calls side by side, the newest reply's counts. "serial": one call after the other, for
    tenants whose token changes with each. "per_call": a login before each, for tokens that are good for one use.
    `token_minutes` is how old a token may grow before a new login; `login_pause_seconds` how long nothing is sent
    after refused credentials; `max_faults_per_day` how many faults this process may cause.
    """

    kind: Literal["netforum"] = "netforum"
    protocol: Annotated[Literal["soap"], BeforeValidator(_protocol)] = "soap"
    service_path: Annotated[str, AfterValidator(_service_path)] = "secure/netForumXML.asmx"
    username: str = Field(min_length=1)
    password: SecretStr = Field(min_length=1)
    token_reuse: Literal["shared", "serial", "per_call"] = "shared"  # noqa: S105  # how, and not which
    details: Annotated[Literal["off"], BeforeValidator(_details)] = "off"
    token_minutes: float = Field(default=20.0, gt=0, le=1_440, allow_inf_nan=False)
    login_pause_seconds: float = Field(default=3_600.0, gt=0, le=86_400, allow_inf_nan=False)
    max_faults_per_day: int = Field(default=50, ge=1, le=10_000)
