"""Lists in pages, forward, after the Relay connection specification."""

import strawberry


@strawberry.federation.type(shareable=True, description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(
        description="Whether the list goes on behind this page. A filtered list of invoices is read on until that is "
        "known; true, too, where that fails, or half of the calls or the time that an operation may take are spent."
    )
    has_previous_page: bool = strawberry.field(description="True when `after` was given.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first entry.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last entry: pass it as `after` to go on.")
