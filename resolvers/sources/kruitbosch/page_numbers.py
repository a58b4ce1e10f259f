"""The portal's own numbers of an overview's pages: the vendor does not say whether they begin at 0 or at 1. Pure."""

from __future__ import annotations


class PageNumbers:
    """Turns our pages, which count from 1, into the portal's numbers.

    The first page is asked without a number, and the one that it names as the next tells where the portal begins.
    """

    def __init__(self) -> None:
        self._first: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether a first page has told."""
        return self._first is not None

    def of(self, page: int) -> int:
        """The portal's number of a page; until a first page has told, as if it counted from 1."""
        return page - 1 + (1 if self._first is None else self._first)

    def learn(self, second: int) -> None:
        """Takes what a first page names as the next one; 0 is none, and tells nothing."""
        if second:
            self._first = 0 if second == 1 else 1
