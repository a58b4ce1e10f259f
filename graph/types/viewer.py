"""Who is asking."""

import strawberry

from graph.context import Info
from graph.selection import selection_of
from graph.types.arguments import DEFAULT_PAGE, After, First
from graph.types.customer import CustomerConnection
from graph.types.pages import page_size
from resolvers.access import Principal, ViewerRole
from resolvers.customer_page import CustomerConnectionPage, customer_page


async def customers_of(info: Info, first: int | None, after: str | None, search: str | None) -> CustomerConnectionPage:
    """One page of the customers that the caller may see."""
    size, counts = page_size(info, first), "totalCount" in selection_of(info)
    return await customer_page(
        info.context.session, first=size, after=after or None, search=search or None, count=counts
    )


async def customers(
    viewer: strawberry.Parent[Principal], info: Info, first: First = DEFAULT_PAGE, after: After = strawberry.UNSET
) -> CustomerConnectionPage:
    """One page of them."""
    return await customers_of(info, first, after, None)


@strawberry.federation.type(shareable=True, description="Who is asking, and what they may see.")
class Viewer:
    subject: str | None = strawberry.field(description="Who it is, as their token says; null where nobody has to say.")
    roles: list[ViewerRole] = strawberry.field(description="What kind of caller it is.")
    customers = strawberry.field(
        resolver=customers, graphql_type=CustomerConnection | None, description="The customers that they may see."
    )
