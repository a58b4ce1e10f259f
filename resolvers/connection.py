"""Where a page stands in its list, after the Relay connection specification."""

from __future__ import annotations

import msgspec


class PageInfo(msgspec.Struct, frozen=True, gc=False):
    """Whether the list goes on, and from where; a cursor that nobody asked for may be left out."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None
