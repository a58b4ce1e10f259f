"""Kruitbosch as a source: which of its services is asked, by which route, and whose rows the answer holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

import msgspec

from resolvers.model.customer import Account
from resolvers.model.document import Document
from resolvers.model.errors import SourceError, SourceProtocolError, SourceRejected
from resolvers.model.invoice import Note
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.rows import distinct
from resolvers.model.source import Capabilities, FindQuery, InvoiceList, ListQuery, Paging, SourceHealth
from resolvers.sources.counts import read_count
from resolvers.sources.document_links import VendorLinks
from resolvers.sources.kruitbosch.mapping import LIST_FIELDS, identify, is_foreign, to_invoice
from resolvers.sources.kruitbosch.own_list import OwnList
from resolvers.sources.kruitbosch.page_numbers import PageNumbers
from resolvers.sources.kruitbosch.portal import Portal
from resolvers.sources.kruitbosch.protocols import FORMATS
from resolvers.sources.kruitbosch.settings import KruitboschSettings
from resolvers.sources.kruitbosch.wire import Listing, OutstandingInvoice, OverviewInvoice
from resolvers.transport.http import HttpTransport

CAPABILITIES = Capabilities(
    documentation="https://webservice.kruitbosch.nl/json/metadata?op=OutstandingInvoices",
    fields=LIST_FIELDS,
    list_fields=LIST_FIELDS,
    lists_by_account=True,
    lists_paid_invoices=False,
)
OVERVIEW_CAPABILITIES = replace(
    CAPABILITIES,
    documentation="https://webservice.kruitbosch.nl/json/metadata?op=InvoicesOverview",
    fields=LIST_FIELDS | {"documentUrl"},
    list_fields=LIST_FIELDS | {"documentUrl"},
    lists_paid_invoices=True,
    paging=Paging.NUMBERED,
    has_documents=True,
)

_DOCUMENT = "DownloadPDFUrl"
_NUMBER = re.compile(r"(?!(OutstandingInvoices|Invoice)$)[\w-][\w. -]*", re.IGNORECASE)


class KruitboschSource:
    """The wholesaler's portal; implements the port, and that of documents where the overview is asked."""

    kind = "kruitbosch"

    def __init__(
        self, name: str, settings: KruitboschSettings, transport: HttpTransport, clock: Callable[[], datetime]
    ) -> None:
        self.name = name
        self.title = settings.title or name
        self.capabilities = OVERVIEW_CAPABILITIES if settings.operation == "overview" else CAPABILITIES
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._portal = Portal(name, settings, transport, clock)
        self._own = OwnList(name, self._fetch_own, settings.timeout_seconds)
        self._page_numbers = PageNumbers()
        self._links = VendorLinks[str](clock)
        self._documents = transport.documents(settings)

    def health(self) -> SourceHealth:
        """How its calls went lately."""
        return self._transport.health()

    async def list_invoices(self, query: ListQuery, operation: Operation) -> InvoiceList:
        """All outstanding invoices of the account, or one page of its overview."""
        is_paged = self._settings.operation == "overview"
        account, row = query.account, OverviewInvoice if is_paged else OutstandingInvoice
        if not _NUMBER.fullmatch(account.key):
            raise SourceRejected(self.name, "the account's key is no customer number that a path can carry")
        page = query.page if is_paged else None
        if page is not None and page > 1 and FORMATS[self._settings.protocol].tells_next_page:
            await self._learn_page_numbers(query, operation)
        call = operation.begin(UpstreamCall(source=self.name, operation=row.service, account=account.key, page=page))
        try:
            listing = await self._fetch(account, call, operation)
            has_next = None if page is None else self._has_next(listing, page)
        except SourceError as error:
            call.outcome = error.code
            raise
        call.rows = len(listing.rows)
        return self._to_list(listing, account, has_next=has_next)

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        """Nothing: the route by number is not documented to work. Raises SourceRejected."""
        raise SourceRejected(self.name, "the lists cannot be asked for single invoices")

    async def fetch_document(self, account: Account, source_invoice_id: str, operation: Operation) -> Document | None:
        """What the overview's link leads to; None where the invoice, or its link, is not there. Raises SourceError."""
        link = None
        if self.capabilities.has_documents:
            link = await self._links.find(self, account, source_invoice_id, operation)
        if not link:
            return None
        call = operation.begin(UpstreamCall(source=self.name, operation=_DOCUMENT, account=account.key, ids=1))
        return await self._documents.fetch(link, call, operation, headers={})

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._own.aclose()
        await self._transport.aclose()

    async def _learn_page_numbers(self, query: ListQuery, operation: Operation) -> None:
        """Asks for the first page where nobody did since the start: a kept copy of it tells no number."""
        if not self._page_numbers.is_known:
            await self.list_invoices(msgspec.structs.replace(query, page=1), operation)

    async def _fetch(
        self, account: Account, call: UpstreamCall, operation: Operation
    ) -> Listing[OutstandingInvoice] | Listing[OverviewInvoice]:
        customer = f"Customer/{quote(account.key, safe='')}"
        if self._settings.operation == "overview":
            page = call.page or 1
            number = "" if page == 1 else str(self._page_numbers.of(page))
            path = f"{customer}/Invoice/Overview/{number}"
            query = {"IncludePaidInvoices": "true", "MaxQuantity": str(self._settings.page_size)}
            return await self._portal.fetch(OverviewInvoice, path, query, call, operation)
        if self._settings.own_customer:
            return await self._own.get(call, operation)
        return await self._portal.fetch(OutstandingInvoice, f"{customer}/OutstandingInvoices", {}, call, operation)

    async def _fetch_own(self, call: UpstreamCall, operation: Operation) -> Listing[OutstandingInvoice]:
        return await self._portal.fetch(OutstandingInvoice, "Customer/OutstandingInvoices/", {}, call, operation)

    def _has_next(self, listing: Listing[OutstandingInvoice] | Listing[OverviewInvoice], page: int) -> bool | None:
        """Whether a page follows; None where the format does not say. Raises SourceProtocolError."""
        if not FORMATS[self._settings.protocol].tells_next_page:
            return None
        if not (listing.next_page or "").strip():
            return False
        next_page = read_count(listing.next_page)
        if next_page is None:
            raise SourceProtocolError(self.name, "NextPage is no number of a page")
        if page == 1 and listing.rows:
            self._page_numbers.learn(next_page)
        has_next = next_page > self._page_numbers.of(page)
        if has_next and not listing.rows:
            raise SourceProtocolError(self.name, "an empty page that says another follows")
        return has_next

    def _to_list(
        self,
        listing: Listing[OutstandingInvoice] | Listing[OverviewInvoice],
        account: Account,
        *,
        has_next: bool | None,
    ) -> InvoiceList:
        fetched_at = self._clock()
        own, notes = self._own_rows(listing.rows, account)
        rows = distinct(own, identify)
        invoices = [
            to_invoice(
                record,
                account,
                source=self.name,
                source_invoice_id=number,
                currency=self._settings.currency,
                zone=self._settings.zone,
                fetched_at=fetched_at,
            )
            for number, record in rows.kept.items()
        ]
        self._links.keep(account, _links(rows.kept))
        return InvoiceList(
            invoices=invoices,
            row_count=len(listing.rows),
            has_next=has_next,
            notes=[*rows.notes(), *notes],
            fetched_at=fetched_at,
        )

    def _own_rows(
        self, records: list[OutstandingInvoice] | list[OverviewInvoice], account: Account
    ) -> tuple[list[OutstandingInvoice], list[Note]]:
        """The account's rows, and what is to be said of the others.

        The list of one's own holds several customers by design; there, a row that names none is nobody's.
        """
        if not self._settings.own_customer:
            own: list[OutstandingInvoice] = [record for record in records if not is_foreign(record, account)]
            foreign = len(records) - len(own)
            return own, [Note("ACCOUNT_MISMATCH", actual=str(foreign))] if foreign else []
        own = [record for record in records if (record.customer_number or "").strip() == account.key]
        nameless = sum(1 for record in records if not (record.customer_number or "").strip())
        return own, [Note("RECORD_DROPPED", actual=str(nameless))] if nameless else []


def _links(rows: Mapping[str, OutstandingInvoice]) -> dict[str, str]:
    """The links of the overview's rows; empty where a row has none."""
    return {
        number: (record.download_pdf_url or "").strip()
        for number, record in rows.items()
        if isinstance(record, OverviewInvoice)
    }
