"""The mark of resolvers that a compiled projection may call."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_PURE: set[object] = set()


def pure(resolver: Callable[P, T]) -> Callable[P, T]:
    """Marks a resolver whose value follows from its parent, its arguments and the operation's context alone.

    It is synchronous, takes its parent first, changes nothing, and does not ask where in the answer it stands:
    `info.path` is None where a projection calls it.
    """
    _PURE.add(resolver)
    return resolver


def is_pure(resolver: object) -> bool:
    """Whether the resolver bears the mark."""
    return resolver in _PURE
