"""Trust in the data: what is missing, and where it came from."""

from datetime import datetime

import strawberry

from graph.context import Info
from graph.pure import pure
from graph.types.source import Source
from resolvers.missing import MissingReason
from resolvers.model import invoice as model
from resolvers.model.source import InvoiceSource


@strawberry.federation.type(shareable=True, description="A field that has no value, and why.")
class MissingField:
    field: str = strawberry.field(
        description="A path such as dueDate or billingAddress.personalCode; it stands for all below it."
    )
    reason: MissingReason = strawberry.field(description="Why it has no value.")


@pure
def source_of_provenance(provenance: strawberry.Parent[model.Provenance], info: Info) -> InvoiceSource:
    """The source itself."""
    return info.context.session.gateway.sources[provenance.source]


@strawberry.federation.type(shareable=True, description="Where an invoice came from.")
class Provenance:
    source = strawberry.field(resolver=source_of_provenance, graphql_type=Source, description="The source.")
    operation: str = strawberry.field(description="The upstream operation that told of it.")
    fetched_at: datetime = strawberry.field(description="When it was fetched.")
    cache_status: model.CacheStatus = strawberry.field(description="How fresh it is.")
    derived_fields: list[str] = strawberry.field(
        description="The fields that were derived from others of the same invoice, of those that the selection needs."
    )
