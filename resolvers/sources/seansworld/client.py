"""seansworld's calls that read: an invoice by its number, and the customer by theirs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from resolvers.model.crawling import IdentifiedInvoice
from resolvers.model.customer import Account
from resolvers.model.customer_record import CustomerRecord
from resolvers.model.errors import SourceProtocolError, SourceRejected
from resolvers.model.invoice import Note
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.requires import EVERYTHING
from resolvers.model.source import Capabilities, FindQuery, InvoiceList, ListQuery, SourceHealth
from resolvers.sources.seansworld.catalogue import Catalogue
from resolvers.sources.seansworld.customer import OPERATION as CUSTOMER_OPERATION
from resolvers.sources.seansworld.customer import CustomerDocument, parse_customer, to_customer, unknown_country
from resolvers.sources.seansworld.documents import Documents
from resolvers.sources.seansworld.item import ItemName
from resolvers.sources.seansworld.mapping import FIELDS, OPERATION, is_foreign, to_invoice
from resolvers.sources.seansworld.settings import SeansworldSettings
from resolvers.sources.seansworld.wire import InvoiceRecord, parse_invoice
from resolvers.transport.http import HttpTransport

CAPABILITIES = Capabilities(
    documentation="https://www.seansworld.com/api/invoicesAPI.html",
    fields=FIELDS,
    list_fields=frozenset(),
    lists_by_account=False,
    lists_paid_invoices=True,
    ids_per_call=1,
    tells_customers=True,
    identifies_invoices=True,
)

_ID = re.compile(r"\d{1,10}", re.ASCII)


class SeansworldSource:
    """A seansworld server; implements the ports InvoiceSource, CustomerSource and CrawlableSource."""

    kind = "seansworld"
    capabilities = CAPABILITIES

    def __init__(
        self, name: str, settings: SeansworldSettings, transport: HttpTransport, clock: Callable[[], datetime]
    ) -> None:
        self.name = name
        self.title = settings.title or name
        self.capabilities = _as_configured(self.capabilities, settings)
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._log = structlog.get_logger("invoice_graph.sources")
        self._documents = Documents(settings, transport)
        self._catalogue = Catalogue(name, settings.items_path, self._documents, clock)

    def health(self) -> SourceHealth:
        """How its calls went lately."""
        return self._transport.health()

    async def list_invoices(self, query: ListQuery, operation: Operation) -> InvoiceList:
        """Nothing: the vendor has no list. Raises SourceRejected."""
        raise SourceRejected(self.name, "the vendor cannot list invoices")

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        """The invoices of these numbers, one call each; a document of another customer is dropped and noted."""
        found = [
            record
            for id_ in query.ids
            if _ID.fullmatch(id_) and (record := await self._fetch(query.account.key, id_, operation)) is not None
        ]
        names = await self._names(found, query, operation)
        return self._to_list(found, query.account, names)

    async def identify_invoice(self, source_invoice_id: str, operation: Operation) -> IdentifiedInvoice:
        """Whose invoice it is, if there is one of that number. Raises SourceError, also for one that is nobody's."""
        record = await self._fetch("", source_invoice_id, operation)
        if record is None:
            return IdentifiedInvoice(source_invoice_id)
        key = record.customer_id.strip()
        if not _ID.fullmatch(key):
            raise SourceProtocolError(self.name, "an invoice that does not say whose it is")
        owner = Account(id="", source=self.name, key=key, customer_id="")
        (invoice,) = self._to_list([record], owner, {}).invoices
        return IdentifiedInvoice(source_invoice_id, key, invoice.issue_date)

    async def fetch_customer(self, account: Account, operation: Operation) -> CustomerRecord | None:
        """The customer of the account's number; None where there is none. Raises SourceProtocolError for another."""
        if not self._settings.customers_path:
            return None
        call = UpstreamCall(source=self.name, operation=CUSTOMER_OPERATION, account=account.key)
        found = await self._documents.fetch(
            self._settings.customers_path,
            {"custID": account.key},
            call,
            operation,
            lambda content: self._read_customer(content, account),
        )
        if found is None:
            return None
        if (word := unknown_country(found)) is not None:  # a customer has no warnings to say so
            self._log.info("country_unknown", source=self.name, country=word)
        return to_customer(found)

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._transport.aclose()

    async def _fetch(self, account_key: str, id_: str, operation: Operation) -> InvoiceRecord | None:
        """The document of one number; None where there is none: status 404, an empty body, or an empty root."""
        call = UpstreamCall(source=self.name, operation=OPERATION, account=account_key, ids=1)
        return await self._documents.fetch(
            self._settings.invoices_path,
            {"invoiceID": id_},
            call,
            operation,
            lambda content: self._read(content, id_),
        )

    async def _names(self, found: list[InvoiceRecord], query: FindQuery, operation: Operation) -> dict[str, ItemName]:
        """The names of the items on the account's own invoices, where they are wanted and can be asked for."""
        if not self._settings.items_path or query.fields.isdisjoint({"lines.name", EVERYTHING}):
            return {}
        own = (record for record in found if not is_foreign(record, query.account))
        return await self._catalogue.names((line.item_id.strip() for record in own for line in record.lines), operation)

    def _read(self, content: bytes, id_: str) -> InvoiceRecord | None:
        """The document. Raises SourceProtocolError for what cannot be proven whole, and for another invoice's."""
        record = parse_invoice(self.name, content)
        if record is not None and record.invoice_id.strip() != id_:
            raise SourceProtocolError(self.name, "another invoice than the one asked for")
        return record

    def _read_customer(self, content: bytes, account: Account) -> CustomerDocument | None:
        document = parse_customer(self.name, content)
        if document is not None and document.customer_id.strip() != account.key:
            raise SourceProtocolError(self.name, "another customer than the one asked for")
        return document

    def _to_list(self, records: list[InvoiceRecord], account: Account, names: Mapping[str, ItemName]) -> InvoiceList:
        fetched_at = self._clock()
        invoices = [
            to_invoice(
                record,
                account,
                source=self.name,
                currency=self._settings.currency,
                strict_dates=self._settings.strict_dates,
                fetched_at=fetched_at,
                names=names,
            )
            for record in records
            if not is_foreign(record, account)
        ]
        dropped = len(records) - len(invoices)
        return InvoiceList(
            invoices=invoices,
            row_count=len(records),
            notes=[Note("ACCOUNT_MISMATCH", actual=str(dropped))] if dropped else [],
            fetched_at=fetched_at,
        )


def _as_configured(capabilities: Capabilities, settings: SeansworldSettings) -> Capabilities:
    """What is left of them, or comes to them, by the settings. With names of items, an answer has what was wanted."""
    can = replace(capabilities, tells_customers=bool(settings.customers_path), currency=settings.currency)
    return replace(can, fields=can.fields | {"lines.name"}, selects_fields=True) if settings.items_path else can
