"""Kruitbosch's table in the configuration."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from resolvers.sources.settings import SourceSettings, TimeZone

_PATH = re.compile(r"[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*", re.ASCII)


def _login_path(path: str) -> str:
    if not _PATH.fullmatch(path):
        raise ValueError('write a path below base_url such as "auth/credentials"')
    return path


def _operation(operation: object) -> object:
    if operation == "overview":
        raise ValueError('only "outstanding" works as yet: paid invoices are not listed')
    return operation


class KruitboschSettings(SourceSettings):
    """`login_path` and `login_provider` are ServiceStack's usual ones: the vendor's pages do not name them."""

    kind: Literal["kruitbosch"] = "kruitbosch"
    operation: Annotated[Literal["outstanding"], BeforeValidator(_operation)] = "outstanding"
    username: str = Field(min_length=1)
    password: SecretStr = Field(min_length=1)
    login_path: Annotated[str, AfterValidator(_login_path)] = "auth/credentials"
    login_provider: str = Field(default="credentials", min_length=1)
    time_zone: TimeZone = "Europe/Amsterdam"
