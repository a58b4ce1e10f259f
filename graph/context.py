"""What every resolver is handed: this operation's loaders, the limits, and what the answer's extensions will say."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import strawberry

from graph.last_used import LastUsed
from resolvers.gateway import Session
from resolvers.late_rows import LateRows
from resolvers.model.operation import Operation

_ID = "ID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one operation may ask for: `[limits]` in the configuration, where two cannot be set.

    These are `document_length`, in characters, and `repeats`, pairs of fields at one place of the answer.
    """

    document_length: int = 100_000
    tokens: int = 2_000
    operations: int = 10
    depth: int = 12
    aliases: int = 30
    directives: int = 30
    root_fields: int = 10
    repeats: int = 20_000
    page_size: int = 100
    entities: int = 1_000
    list_cost: int = 25_000
    id_length: int = 1_000
    text_length: int = 20_000
    upstream_calls: int = 500
    answer_bytes: int = 64_000_000

    def longest_text(self, type_name: str) -> int:
        """How many characters a text of this type may have."""
        return self.id_length if type_name == _ID else self.text_length


@dataclass(slots=True, kw_only=True)
class Context:
    """One operation's context.

    `today` is the day in the graph's time zone, `document_link` writes a link for an invoice's id and its customer's,
    `has_links` says that one was written, which runs out within minutes; `incomplete` collects response paths,
    `is_traced` says that Apollo's inline trace is asked for, may be and has room; `in_parts` that the client takes
    deferred parts, and `only_reads`, once it runs, that the operation is a query. `selections` are those read before of
    the same document; `late_rows` what deferred parts look up; `report` tells what the operation did, where that is
    asked for. `rows` are those that the operation may ask for, None until a list is longer than was guessed, and
    `rows_below` those under one entry of such a list, by its place.
    """

    session: Session
    limits: Limits
    today: Callable[[], date]
    type_prefix: str = ""
    is_traced: bool = False
    document_link: Callable[[str, str], str]
    has_links: bool = False
    incomplete: list[list[str | int]] = field(default_factory=list)
    in_parts: bool = False
    only_reads: bool = False
    selections: LastUsed[Hashable, Any] | None = None
    report: Callable[[Operation], dict[str, Any]] | None = None
    rows: int | None = None
    rows_below: dict[Hashable, int] = field(default_factory=dict)
    late_rows: LateRows = field(init=False)

    def __post_init__(self) -> None:
        self.late_rows = LateRows(self.session)


Info = strawberry.Info[Context, None]
