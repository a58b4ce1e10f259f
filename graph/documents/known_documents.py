"""The documents that were asked before, parsed and judged: so many of them, and of so many characters together.

A tree takes seventy times its text, so a bound on their number alone would let a thousand large ones take a gigabyte.
"""

from collections import OrderedDict
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


class KnownDocuments:
    """Keeps what was used last."""

    def __init__(self, most: int, most_characters: int) -> None:
        self._most, self._most_characters = most, most_characters
        self._characters = 0
        self._known: OrderedDict[str, KnownDocument] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def find(self, text: str) -> KnownDocument | None:
        """The document of this text, if it is still kept."""
        known = self._known.get(text)
        if known is not None:
            self._known.move_to_end(text)
        return known

    def keep(self, text: str, document: DocumentNode) -> KnownDocument:
        """The document, kept at the cost of those that were not used for longest."""
        known = self._known[text] = KnownDocument(document)
        self._characters += len(text)
        while self._known and (len(self._known) > self._most or self._characters > self._most_characters):
            self._characters -= len(self._known.popitem(last=False)[0])
        return known
