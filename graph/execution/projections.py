"""The projections of the operations that ran last."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import FragmentDefinitionNode, GraphQLObjectType, OperationDefinitionNode
from graphql.execution.collect_fields import CollectedFields, FieldDetailsList, GroupedFieldSet

from graph.execution.compiler import Projection
from graph.execution.resolver import DirectField
from graph.last_used import LastUsed
from graph.limits.repeats import count

_IN_PARTS = ("defer", "stream")

Write = Callable[[Any, Any], str]


@dataclass(frozen=True, slots=True)
class Collected:
    """What is selected at an operation's places, and what writes it: None, where that is the library's matter.

    A place below the root goes by the identity of the library's list of the nodes there, which is held here.
    """

    root_fields: dict[GraphQLObjectType, GroupedFieldSet] = field(default_factory=dict)
    sub_fields: dict[tuple[GraphQLObjectType, int], tuple[FieldDetailsList, CollectedFields]] = field(
        default_factory=dict
    )
    writers: dict[Hashable, tuple[FieldDetailsList, Write | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompiledOperation:
    """An operation's projections, and its fields whose resolvers are called directly, by their places in it.

    None: the library's matter. It holds the document's nodes, by whose identity it is found. `collected` is None where
    each run collects anew.
    """

    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    projections: dict[Hashable, Projection | None] = field(default_factory=dict)
    fields: dict[Hashable, DirectField | None] = field(default_factory=dict)
    collected: Collected | None = None


class CompiledOperations:
    """At most so many operations, each apart for the values of the variables that steer its @skip and @include.

    Their documents have no more than so many characters together, where fragments count wherever they are spread.
    """

    def __init__(self, most: int, most_characters: int) -> None:
        self._operations: LastUsed[Hashable, CompiledOperation] = LastUsed(most, most_characters)

    def __iter__(self) -> Iterator[CompiledOperation]:
        """Those that are kept, the least used first."""
        return iter(self._operations)

    def find(self, operation: OperationDefinitionNode, variables: Mapping[str, object]) -> CompiledOperation | None:
        """What is compiled of the operation, if it is kept. Nodes are found by identity: documents are cached."""
        return self._operations.find(_key(operation, variables))

    def keep(
        self,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, object],
        characters: int,
    ) -> CompiledOperation:
        """A place for what is compiled of the operation, empty at first; `characters` is what it is charged with."""
        collected = Collected() if is_the_same_each_time(operation, fragments) else None
        made = CompiledOperation(operation, fragments, collected=collected)
        return self._operations.keep(_key(operation, variables), made, characters)


def _key(operation: OperationDefinitionNode, variables: Mapping[str, object]) -> Hashable:
    return id(operation), tuple(item for item in variables.items() if isinstance(item[1], bool))


def is_the_same_each_time(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> bool:
    """Whether runs under the same conditions select the same: none comes in parts, and no fragment has variables."""
    text = text_of(operation)
    return bool(text) and not (
        any(word in text for word in _IN_PARTS) or any(each.variable_definitions for each in fragments.values())
    )


def kept_characters(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> int:
    """What to charge for keeping what is made of the operation."""
    return count([operation], fragments.get).kept_characters(text_of(operation))


def text_of(operation: OperationDefinitionNode) -> str:
    """All of the document that the operation is in; empty where that is not known."""
    return operation.loc.source.body if operation.loc else ""
