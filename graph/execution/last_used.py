"""What was used last, and no more than so much of it."""

from collections import OrderedDict
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class LastUsed(OrderedDict[K, V]):
    """Keeps at most so many values, and lets go of those that were not used for longest."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def find(self, key: K) -> V | None:
        """The value, if it is still kept."""
        found = self.get(key)
        if found is not None:
            self.move_to_end(key)
        return found

    def keep(self, key: K, value: V) -> V:
        """The value, kept."""
        self[key] = value
        if len(self) > self._most:
            self.popitem(last=False)
        return value
