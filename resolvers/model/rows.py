"""A list's rows made unique: no invoice twice, and no row lost without a count."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import msgspec

from resolvers.model.invoice import Note

T = TypeVar("T")


class Rows(msgspec.Struct, Generic[T], frozen=True):
    """The rows that are invoices, by their identifier and in their order, and what became of the others.

    `repeated` rows say just what an earlier one said. `dropped` rows have no identifier, or an earlier row's one and
    say something else.
    """

    kept: dict[str, T]
    repeated: int
    dropped: int

    @property
    def count(self) -> int:
        """How many rows there were."""
        return len(self.kept) + self.repeated + self.dropped

    def notes(self, stated_count: str | None = None) -> list[Note]:
        """RECORD_COUNT_MISMATCH where there are not as many different rows as the vendor states (None: as it sent).

        RECORD_DROPPED where some were dropped, with how many as `actual`.
        """
        notes = []
        expected = str(self.count) if stated_count is None else stated_count.strip()
        different = str(len(self.kept) + self.dropped)
        if expected != different:
            notes.append(Note("RECORD_COUNT_MISMATCH", expected=expected, actual=different))
        if self.dropped:
            notes.append(Note("RECORD_DROPPED", actual=str(self.dropped)))
        return notes


def distinct(rows: Iterable[T], identify: Callable[[T], str | None]) -> Rows[T]:
    """The rows by their identifier, each once; `identify` gives None where a row has none."""
    kept: dict[str, T] = {}
    repeated = dropped = 0
    for row in rows:
        key = identify(row)
        if key is None:
            dropped += 1
        elif key not in kept:
            kept[key] = row
        elif kept[key] == row:
            repeated += 1
        else:
            dropped += 1
    return Rows(kept, repeated, dropped)
