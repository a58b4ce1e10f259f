"""A list of invoices, with how each source did in answering it."""

import strawberry

from graph.types.connection import PageInfo
from graph.types.invoice import Invoice
from graph.types.source import SourceResult


@strawberry.federation.type(shareable=True, description="An invoice in a list.")
class InvoiceEdge:
    cursor: str = strawberry.field(description="Pass it as `after` to go on behind this invoice.")
    node: Invoice = strawberry.field(description="The invoice.")


@strawberry.federation.type(
    shareable=True,
    description="Forward paging; a cursor belongs to the filter and order it was made with, else it is BAD_USER_INPUT.",
)
class InvoiceConnection:
    edges: list[InvoiceEdge] = strawberry.field(description="The invoices with their cursors.")
    nodes: list[Invoice] = strawberry.field(description="The invoices.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")
    total_count: int | None = strawberry.field(
        description="How many there are in all; asks only as many upstream calls as the exact count needs, null where "
        "it cannot be known."
    )
    is_complete: bool = strawberry.field(
        description="True when every source asked answered OK and left no row out (RECORD_DROPPED in its warnings). "
        "What a source never lists is in its capabilities."
    )
    sources: list[SourceResult] = strawberry.field(description="How each source did.")
