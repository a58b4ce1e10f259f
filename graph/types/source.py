"""A configured source: what it can do, how it does, and how it did for one list."""

from datetime import datetime

import strawberry

from graph.context import Info
from graph.pure import pure
from graph.types.warning import DataWarning
from resolvers import outcome, quality
from resolvers.model import source as model
from resolvers.model.errors import ErrorCode
from resolvers.model.requires import with_derived


@pure
def capabilities_of(source: strawberry.Parent[model.InvoiceSource]) -> "SourceCapabilities":
    """The capabilities in the clients' words."""
    can = source.capabilities
    return SourceCapabilities(
        lists_by_account=can.lists_by_account,
        lists_paid_invoices=can.lists_paid_invoices,
        finds_by_id=can.ids_per_call > 0,
        batches_ids=can.ids_per_call > 1,
        selects_fields=can.selects_fields,
        pages=can.paging is not model.Paging.NONE,
        lists_newest_first=can.lists_newest_first,
        writes=can.writes,
        fields=sorted(with_derived(can.fields)),
    )


def health_of(source: strawberry.Parent[model.InvoiceSource], info: Info) -> model.SourceHealth | None:
    """The health, for staff."""
    return source.health() if info.context.session.principal.is_staff else None


@strawberry.federation.type(shareable=True, description="What a source can do.")
class SourceCapabilities:
    lists_by_account: bool = strawberry.field(description="It lists an account's invoices by itself.")
    lists_paid_invoices: bool = strawberry.field(description="Its list holds paid invoices too, not only open ones.")
    finds_by_id: bool = strawberry.field(description="It finds an invoice by its identifier.")
    batches_ids: bool = strawberry.field(description="It finds several invoices in one call.")
    selects_fields: bool = strawberry.field(description="It sends only the fields that are asked for.")
    pages: bool = strawberry.field(description="It hands out long lists in parts.")
    lists_newest_first: bool = strawberry.field(description="It promises its newest invoices first.")
    writes: bool = strawberry.field(description="It can be written to.")
    fields: list[str] = strawberry.field(description="The invoice fields that it can ever fill, derived ones included.")


@strawberry.federation.type(shareable=True, description="How a source does, as this replica sees it.")
class SourceHealth:
    state: model.SourceState = strawberry.field(description="Whether it can be used.")
    since: datetime = strawberry.field(description="Since when it is in that state.")
    last_success_at: datetime | None = strawberry.field(description="When it last answered.")
    last_error_code: ErrorCode | None = strawberry.field(description="How its last failing call failed.")
    latency_p50: float | None = strawberry.field(
        name="latencyP50", description="Half of its recent calls took no longer; milliseconds."
    )
    latency_p95: float | None = strawberry.field(
        name="latencyP95", description="Nineteen of twenty recent calls took no longer; milliseconds."
    )


@strawberry.federation.type(keys=["name"], description="A configured source of invoices.")
class Source:
    name: str = strawberry.field(description="The configured name.")
    title: str = strawberry.field(description="The name for people.")
    kind: str = strawberry.field(
        description="The connector's name: netforum, shoxl, open2b, seansworld, kruitbosch, or one of your own."
    )
    health = strawberry.field(
        resolver=health_of, graphql_type=SourceHealth | None, description="As this replica sees it; for staff."
    )
    capabilities = strawberry.field(
        resolver=capabilities_of, graphql_type=SourceCapabilities, description="What it can do, as configured."
    )

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Whether the object is one of these, for the union of entities."""
        return hasattr(obj, "list_invoices")


@pure
def source_of_result(result: strawberry.Parent[outcome.SourceResult], info: Info) -> model.InvoiceSource:
    """The source itself."""
    return info.context.session.gateway.sources[result.source]


@pure
def warnings_of_result(result: strawberry.Parent[outcome.SourceResult]) -> list[quality.DataWarning]:
    """What was odd about the list."""
    return [quality.describe(note) for note in result.notes]


@strawberry.federation.type(shareable=True, description="Why a source has no answer.")
class SourceError:
    code: ErrorCode = strawberry.field(description="What went wrong.")
    message: str = strawberry.field(description="The same in a sentence.")
    is_retryable: bool = strawberry.field(description="Whether asking again later may help.")
    request_id: str = strawberry.field(description="The request's id, by which the log tells more.")


@strawberry.federation.type(
    shareable=True, description="How one source did in answering one list; with several accounts there, the worst."
)
class SourceResult:
    source = strawberry.field(resolver=source_of_result, graphql_type=Source, description="The source.")
    status: outcome.SourceResultStatus = strawberry.field(description="What came of asking it.")
    invoice_count: int = strawberry.field(description="Its invoices in this answer.")
    fetched_at: datetime | None = strawberry.field(description="When its answer was fetched.")
    failure: SourceError | None = strawberry.field(name="error", description="Why it has no answer.")
    warnings = strawberry.field(
        resolver=warnings_of_result,
        graphql_type=list[DataWarning],
        description="About the list itself: RECORD_COUNT_MISMATCH, RECORD_DROPPED, or ACCOUNT_MISMATCH with how many.",
    )
