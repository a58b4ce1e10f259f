"""The projections of the operations that ran last."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import FragmentDefinitionNode, OperationDefinitionNode

from graph.execution.compiler import Projection


@dataclass(frozen=True, slots=True)
class CompiledOperation:
    """An operation's projections by their places in it, and its resolvers with arguments that no variable is part of.

    None: the library's matter. It holds the document's nodes, by whose identity it is found.
    """

    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    projections: dict[Hashable, Projection | None] = field(default_factory=dict)
    resolvers: dict[Hashable, Callable[..., Awaitable[Any]] | None] = field(default_factory=dict)


class CompiledOperations:
    """At most so many operations, each apart for the values of the variables that steer its @skip and @include."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._operations: OrderedDict[Hashable, CompiledOperation] = OrderedDict()

    def kept(self) -> list[CompiledOperation]:
        """Those that are kept, the least used first."""
        return list(self._operations.values())

    def find(
        self,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, object],
    ) -> CompiledOperation:
        """What is compiled of the operation; empty at first. Nodes are found by identity: documents are cached."""
        conditions = tuple(item for item in variables.items() if isinstance(item[1], bool))
        key = (id(operation), conditions)
        found = self._operations.get(key)
        if found is None:
            found = self._operations[key] = CompiledOperation(operation, fragments)
            if len(self._operations) > self._most:
                self._operations.popitem(last=False)
        else:
            self._operations.move_to_end(key)
        return found
