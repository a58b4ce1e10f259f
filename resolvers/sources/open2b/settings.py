"""Open2b's table in the configuration."""

from typing import Literal

from pydantic import Field

from resolvers.sources.settings import SourceSettings


class Open2bSettings(SourceSettings):
    """`base_url` is the shop's root. The vendor does not say how many ids one call may name."""

    kind: Literal["open2b"] = "open2b"
    max_ids_per_call: int = Field(default=100, ge=1, le=1_000)
