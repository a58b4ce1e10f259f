"""What is known of a document that was asked before: its tree, whether it is valid, what it may cost."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphql import DocumentNode, FragmentDefinitionNode, GraphQLError

from graph.last_used import LastUsed
from graph.limits.list_cost import ListCost
from graph.limits.repeats import Count, count_document

_MOST_PLACES = 100
"""Where something is selected; under each set of the document's conditions they are places of their own."""


@dataclass
class KnownDocument:
    """A document; `errors` are None until it was validated, and `cost` until it was asked for.

    `selections` are what its runs found selected at its places, for the runs after them; None until it is known how
    many there may be.
    """

    document: DocumentNode
    errors: Sequence[GraphQLError] | None = None
    cost: ListCost | None = None
    selections: LastUsed[Hashable, Any] | None = None

    @cached_property
    def fragments(self) -> Mapping[str, FragmentDefinitionNode]:
        """Its fragments by their names."""
        found = (node for node in self.document.definitions if isinstance(node, FragmentDefinitionNode))
        return {node.name.value: node for node in found}

    @cached_property
    def count(self) -> Count:
        """How much it selects, and how often the same."""
        return count_document(self.document, self.fragments.get)

    def expect_runs(self, text: str) -> int:
        """Makes room for what its runs find out. How many characters of text to charge for all that is kept of it."""
        self.selections = LastUsed(_MOST_PLACES, 2 * self.count.selections)
        return self.count.kept_characters(text)
