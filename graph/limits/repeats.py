"""How often a document asks for the same field at the same place (pure).

The library's rule on overlapping fields compares each of them with each other one, so that four hundred times
`viewer { subject }` keep it busy for a second. They are counted here first, in linear time.
"""

from collections.abc import Callable, Iterator, Sequence

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

_MOST_FIELDS = 20_000
"""Fragments included: a document with more, which takes fragments that spread fragments, counts as endless."""

GetFragment = Callable[[str], FragmentDefinitionNode | None]


def repeats_of(operation: OperationDefinitionNode, get_fragment: GetFragment) -> float:
    """The pairs of fields that share a place in the response; infinite for a document too large to be counted."""
    repeats, fields = 0, 0
    places: list[list[SelectionSetNode]] = [[operation.selection_set]]
    while places:
        at_place: dict[str, list[FieldNode]] = {}
        for field in _fields(places.pop(), get_fragment):
            at_place.setdefault((field.alias or field.name).value, []).append(field)
            fields += 1
            if fields > _MOST_FIELDS:
                return float("inf")
        for same in at_place.values():
            repeats += len(same) * (len(same) - 1) // 2
            if below := [field.selection_set for field in same if field.selection_set is not None]:
                places.append(below)
    return repeats


def _fields(selections: Sequence[SelectionSetNode], get_fragment: GetFragment) -> Iterator[FieldNode]:
    """The fields of one place, each fragment opened once."""
    opened: set[str] = set()
    waiting = list(selections)
    while waiting:
        for node in waiting.pop().selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, FragmentSpreadNode):
                fragment = get_fragment(node.name.value)
                if fragment is not None and node.name.value not in opened:
                    opened.add(node.name.value)
                    waiting.append(fragment.selection_set)
            else:
                waiting.append(node.selection_set)  # type: ignore[attr-defined]  # the third kind: an inline fragment
