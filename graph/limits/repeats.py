"""How often a document asks for the same field at the same place (pure).

The library's rule on overlapping fields compares each of them with each other one, so that four hundred times
`viewer { subject }` keep it busy for a second. They are counted here first, in linear time.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

_MOST_SELECTIONS = 20_000
"""Fragments included: a document with more, which takes fragments that spread fragments, counts as endless."""

_CHARACTERS_PER_SELECTION = 10
"""What is found out and compiled of a selection takes up to a kilobyte, a character of a text a tenth of that."""

GetFragment = Callable[[str], FragmentDefinitionNode | None]
Definition: TypeAlias = OperationDefinitionNode | FragmentDefinitionNode


@dataclass(slots=True)
class Count:
    """The pairs of fields that share a place in the response, and the selections: fields and spreads of fragments.

    What a fragment selects counts wherever it is spread. Of a document too large to be counted the pairs are infinite.
    """

    repeats: float = 0
    selections: int = 0

    def kept_characters(self, text: str) -> int:
        """What to charge for keeping what is made of this text, by which fragments in fragments are not told."""
        return max(len(text), _CHARACTERS_PER_SELECTION * self.selections)


@dataclass(frozen=True, slots=True)
class _Opened:
    """Selections of one place, and the names of the fragments that they are in, there or further up."""

    selections: SelectionSetNode
    above: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Field:
    node: FieldNode
    above: frozenset[str]


def count_document(document: DocumentNode, get_fragment: GetFragment) -> Count:
    """The count of the operations and of the fragments that none of them spreads: each rule visits these, too."""
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    fragments = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
    spread = _spread(operations, get_fragment)
    return count([*operations, *(node for node in fragments if node.name.value not in spread)], get_fragment)


def count(definitions: Iterable[Definition], get_fragment: GetFragment) -> Count:
    """The count of these together. A fragment that spreads itself ends there, which another rule reports."""
    found = Count()
    places = [[_Opened(definition.selection_set)] for definition in definitions]
    while places:
        at_place: dict[str, list[_Field]] = {}
        for opened in _fields(places.pop(), get_fragment):
            found.selections += 1
            if found.selections > _MOST_SELECTIONS:
                return Count(float("inf"), found.selections)
            if opened is not None:
                at_place.setdefault((opened.node.alias or opened.node.name).value, []).append(opened)
        for same in at_place.values():
            found.repeats += len(same) * (len(same) - 1) // 2
            below = [_Opened(each.node.selection_set, each.above) for each in same if each.node.selection_set]
            if below:
                places.append(below)
    return found


def _fields(selections: Sequence[_Opened], get_fragment: GetFragment) -> Iterator[_Field | None]:
    """The fields of one place, each fragment opened once; None for each that is opened."""
    seen: set[str] = set()
    waiting = list(selections)
    while waiting:
        opened = waiting.pop()
        for node in opened.selections.selections:
            if isinstance(node, FieldNode):
                yield _Field(node, opened.above)
            elif isinstance(node, FragmentSpreadNode):
                name = node.name.value
                fragment = get_fragment(name)
                if fragment is not None and name not in seen and name not in opened.above:
                    seen.add(name)
                    waiting.append(_Opened(fragment.selection_set, opened.above | {name}))
                    yield None
            else:
                waiting.append(_Opened(node.selection_set, opened.above))  # type: ignore[attr-defined]  # the third kind: an inline fragment


def _spread(operations: Iterable[OperationDefinitionNode], get_fragment: GetFragment) -> set[str]:
    """The names of the fragments that the operations spread, or fragments of theirs."""
    found: set[str] = set()
    waiting = [operation.selection_set for operation in operations]
    while waiting:
        for node in waiting.pop().selections:
            if isinstance(node, FragmentSpreadNode):
                fragment = get_fragment(node.name.value)
                if fragment is not None and node.name.value not in found:
                    found.add(node.name.value)
                    waiting.append(fragment.selection_set)
            elif below := getattr(node, "selection_set", None):
                waiting.append(below)
    return found
