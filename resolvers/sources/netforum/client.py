"""netFORUM: the open list, and what a look-up by key adds to it, whatever the protocol."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from resolvers.model.customer import Account
from resolvers.model.customer_record import CustomerRecord
from resolvers.model.errors import SourceProtocolError, SourceRejected
from resolvers.model.invoice import Invoice, Note
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.rows import distinct
from resolvers.model.source import FindQuery, InvoiceList, ListQuery, SourceHealth
from resolvers.sources.netforum.calls import Question, Xweb
from resolvers.sources.netforum.capabilities import capabilities_of
from resolvers.sources.netforum.details import ByInvoice, ByQuery, Details, Found
from resolvers.sources.netforum.json_protocol import JsonProtocol
from resolvers.sources.netforum.keys import is_key, tidy_key
from resolvers.sources.netforum.mapping import OpenList, identify
from resolvers.sources.netforum.settings import NetforumSettings
from resolvers.sources.netforum.soap import SoapProtocol
from resolvers.sources.netforum.whole_mapping import belongs_to, to_customer_record, to_whole_invoice
from resolvers.sources.netforum.wire import LIST_OPERATION, OpenInvoices, WholeInvoice, parse_open_invoices
from resolvers.transport.http import HttpTransport


class NetforumSource:
    """A netFORUM tenant; implements the ports InvoiceSource and CustomerSource."""

    kind = "netforum"

    def __init__(
        self, name: str, settings: NetforumSettings, transport: HttpTransport, clock: Callable[[], datetime]
    ) -> None:
        self.name = name
        self.title = settings.title or name
        self.capabilities = capabilities_of(settings)
        self._currency = settings.currency
        self._zone = settings.zone
        self._transport = transport
        self._clock = clock
        protocol = (JsonProtocol if settings.protocol == "json" else SoapProtocol)(name, settings, now=clock)
        self._xweb = Xweb(name, settings, transport, protocol, clock)
        self._details = _details(name, settings, self._xweb)

    def health(self) -> SourceHealth:
        """How its calls went lately."""
        return self._xweb.health()

    async def list_invoices(self, query: ListQuery, operation: Operation) -> InvoiceList:
        """All open invoices of the account."""
        account = self._checked(query.account)
        call = UpstreamCall(source=self.name, operation=LIST_OPERATION, account=account.key)
        question = Question(
            LIST_OPERATION,
            {"CustomerKey": account.key},
            account.key,
            lambda result: parse_open_invoices(self.name, result),
        )
        listed = await self._xweb.ask(question, call, operation)
        call.rows = len(listed.rows)
        return self._to_list(listed, account)

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        """The account's invoices of these ids, paid ones too. Raises SourceRejected where details are off."""
        if self._details is None:
            raise SourceRejected(self.name, "the open list cannot be asked for single invoices")
        account = self._checked(query.account)
        keys = tuple(key for key in query.ids if is_key(key))  # anything else is nobody's, and would cost a fault
        found = await self._details.fetch(account, keys, query.fields, operation) if keys else Found([], [])
        return self._own(found, account, keys, self._details.operation)

    async def fetch_customer(self, account: Account, operation: Operation) -> CustomerRecord | None:
        """What is known of a customer who has an invoice. Raises SourceRejected without `details = "query"`."""
        if not isinstance(self._details, ByQuery):
            raise SourceRejected(self.name, "a customer is found by a query alone")
        header = await self._details.fetch_customer(self._checked(account), operation)
        return None if header is None or not belongs_to(header, account) else to_customer_record(header)

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._transport.aclose()

    def _checked(self, account: Account) -> Account:
        if not is_key(account.key):
            raise SourceRejected(self.name, "the account's key is not a GUID")  # sent, it would cost a fault
        return account

    def _to_list(self, listed: OpenInvoices, account: Account) -> InvoiceList:
        fetched_at = self._clock()
        rows = distinct(listed.rows, identify)
        invoices = OpenList(self.name, account, self._currency, self._zone, fetched_at).to_invoices(rows.kept)
        return InvoiceList(
            invoices=invoices, row_count=rows.count, notes=rows.notes(listed.stated_count), fetched_at=fetched_at
        )

    def _own(self, found: Found, account: Account, keys: tuple[str, ...], method: str) -> InvoiceList:
        """The invoices of the account's own customer; the others are dropped and counted."""
        fetched_at = self._clock()
        own = [record for record in found.invoices if belongs_to(record.header, account)]
        invoices = [self._to_invoice(record, account, keys, method, fetched_at) for record in own]
        notes = list(found.notes)
        if foreign := len(found.invoices) - len(own):
            notes.append(Note("ACCOUNT_MISMATCH", actual=str(foreign)))
        return InvoiceList(invoices=invoices, row_count=len(found.invoices), notes=notes, fetched_at=fetched_at)

    def _to_invoice(
        self, record: WholeInvoice, account: Account, keys: tuple[str, ...], method: str, fetched_at: datetime
    ) -> Invoice:
        key = tidy_key(record.header.inv_key)
        if key is None or key not in {asked.lower() for asked in keys}:
            raise SourceProtocolError(self.name, "an invoice that was not asked for")
        return to_whole_invoice(
            record,
            account,
            source=self.name,
            operation=method,
            currency=self._currency,
            zone=self._zone,
            fetched_at=fetched_at,
        )


def _details(name: str, settings: NetforumSettings, xweb: Xweb) -> Details | None:
    match settings.details:
        case "invoice":
            return ByInvoice(name, xweb)
        case "query":
            return ByQuery(name, xweb, settings.query_without)
        case "off":
            return None
