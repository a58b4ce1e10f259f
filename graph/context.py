"""What every resolver is handed: this operation's loaders, the limits, and what the answer's extensions will say."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import strawberry

from resolvers.gateway import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one operation may ask for; see `[limits]` in the configuration."""

    tokens: int = 2_000
    depth: int = 12
    aliases: int = 30
    root_fields: int = 10
    page_size: int = 100
    entities: int = 1_000
    upstream_calls: int = 500


@dataclass(slots=True, kw_only=True)
class Context:
    """One operation's context.

    `today` is the day in the graph's time zone, `document_link` writes a link for an invoice's id and its customer's,
    `incomplete` collects response paths.
    """

    session: Session
    limits: Limits
    today: Callable[[], date]
    type_prefix: str = ""
    document_link: Callable[[str, str], str]
    incomplete: list[list[str | int]] = field(default_factory=list)


Info = strawberry.Info[Context, None]
