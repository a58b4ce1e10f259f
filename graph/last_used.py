"""What was used last, and no more than so much of it."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class LastUsed(Generic[K, V]):
    """Keeps at most so many values, made of so many characters together; those that were not used for longest go.

    What is made of a document takes a hundred times its text, so that a bound on the number alone would let a thousand
    large ones take gigabytes.
    """

    def __init__(self, most: int, most_characters: int) -> None:
        self._most, self._most_characters = most, most_characters
        self._characters = 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[V]:
        """The values, the least used first."""
        return (value for value, _ in self._kept.values())

    def find(self, key: K) -> V | None:
        """The value, if it is still kept."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def keep(self, key: K, value: V, characters: int) -> V:
        """The value, which is made of so many characters, kept at the cost of others."""
        _, earlier = self._kept.pop(key, (None, 0))
        self._kept[key] = value, characters
        self._characters += characters - earlier
        while len(self._kept) > self._most or self._characters > self._most_characters:
            self._characters -= self._kept.popitem(last=False)[1][1]
        return value
