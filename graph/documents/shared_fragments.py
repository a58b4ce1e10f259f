"""Fragments that an app's files share: each document gets those that it takes from others. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    Node,
    OperationDefinitionNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

K = TypeVar("K")


def joined(texts: Mapping[K, str]) -> Iterator[tuple[K, str]]:
    """The texts, each with the fragments behind it that it spreads and does not define.

    Texts of nothing but fragments are left out, unless nobody takes any. A text that is no GraphQL, and a spread
    that nobody defines, stay as they are: validation tells them.
    """
    documents = {key: _parsed(text) for key, text in texts.items()}
    known = {each.name.value: each for document in documents.values() for each in _fragments(document)}
    taken: set[str] = set()
    for key, document in documents.items():
        if document is None or _has_operation(document):
            missing = _missing(document, known)
            taken.update(missing)
            yield key, "\n\n".join([texts[key], *(print_ast(known[name]) for name in missing)])
    for key, document in documents.items():
        if document is not None and not _has_operation(document) and taken.isdisjoint(_names(document)):
            yield key, texts[key]


def _parsed(text: str) -> DocumentNode | None:
    try:
        return parse(text)
    except GraphQLSyntaxError:
        return None


def _fragments(document: DocumentNode | None) -> Iterable[FragmentDefinitionNode]:
    definitions = document.definitions if document else ()
    return [each for each in definitions if isinstance(each, FragmentDefinitionNode)]


def _names(document: DocumentNode | None) -> set[str]:
    return {each.name.value for each in _fragments(document)}


def _has_operation(document: DocumentNode) -> bool:
    return any(isinstance(each, OperationDefinitionNode) for each in document.definitions)


def _missing(document: DocumentNode | None, known: Mapping[str, FragmentDefinitionNode]) -> list[str]:
    """The names of the others' fragments that are spread, directly or within one another."""
    own, missing = _names(document), list[str]()
    places: list[Node] = [document] if document else []
    for place in places:
        for name in _spreads(place):
            if name in known and name not in own and name not in missing:
                missing.append(name)
                places.append(known[name])
    return missing


def _spreads(node: Node) -> list[str]:
    found = _Spreads()
    visit(node, found)
    return found.names


class _Spreads(Visitor):
    """Notes the names of spread fragments."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        """Notes one."""
        self.names.append(node.name.value)
