"""What is known of a document that was asked before: its tree, whether it is valid, what it may cost."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import DocumentNode, GraphQLError

from graph.limits.list_cost import ListCost


@dataclass(slots=True)
class KnownDocument:
    """A document; `errors` are None until it was validated, and `cost` until it was asked for.

    `selections` are what its runs found selected at its places, for the runs after them.
    """

    document: DocumentNode
    errors: Sequence[GraphQLError] | None = None
    cost: ListCost | None = None
    selections: dict[Hashable, Any] = field(default_factory=dict)
