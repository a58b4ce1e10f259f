"""Open2b: a customer's invoices by window or by ids, and the customer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from resolvers.model.customer import Account
from resolvers.model.customer_record import CustomerRecord
from resolvers.model.errors import SourceProtocolError
from resolvers.model.invoice import InvoiceType
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.rows import Rows, distinct
from resolvers.model.source import Capabilities, FindQuery, InvoiceList, ListQuery, Paging, SourceHealth
from resolvers.sources.open2b.currency import ShopCurrencies, needs_currency
from resolvers.sources.open2b.customer import CUSTOMER, CUSTOMER_FIELDS, CUSTOMER_REQUEST, parse_customer
from resolvers.sources.open2b.mapping import by_identifier, identify, is_invoice_id, to_invoices
from resolvers.sources.open2b.names import check_names
from resolvers.sources.open2b.projection import FIELDS, member_names, members_to_read, wanted_parts
from resolvers.sources.open2b.reply import ReplyContext
from resolvers.sources.open2b.settings import Open2bSettings
from resolvers.sources.open2b.shop import ShopSettings
from resolvers.sources.open2b.storefront import Storefront
from resolvers.sources.open2b.wire import OPERATION, InvoiceRecord, Invoices, invoices_request, parse_invoices
from resolvers.sources.open2b.words import TYPES
from resolvers.transport.http import HttpTransport
from resolvers.transport.messages import UpstreamReply

CAPABILITIES = Capabilities(
    documentation="https://open2b.dev/storefront/invoices",
    fields=FIELDS,
    list_fields=FIELDS,
    lists_by_account=True,
    lists_paid_invoices=True,
    selects_fields=True,
    filters_types=True,
    paging=Paging.WINDOW,
    ids_per_call=100,
    tells_customers=True,
)

_VENDORS_WORD = {type_: word for word, type_ in TYPES.items()}


@dataclass(slots=True, kw_only=True)
class _Question:
    """What is asked of the invoices, whatever the window."""

    account: Account
    names: tuple[str, ...]
    members: frozenset[str]
    ids: tuple[int, ...] = ()
    type_: str | None = None


class Open2bSource:
    """An Open2b shop; implements the ports InvoiceSource and CustomerSource."""

    kind = "open2b"

    def __init__(
        self, name: str, settings: Open2bSettings, transport: HttpTransport, clock: Callable[[], datetime]
    ) -> None:
        self.name = name
        self.title = settings.title or name
        self.capabilities = replace(CAPABILITIES, ids_per_call=settings.max_ids_per_call)
        self._settings = settings
        self._transport = transport
        self._storefront = Storefront(name, transport)
        self._shop = ShopSettings(name, self._storefront, clock)
        self._clock = clock

    def health(self) -> SourceHealth:
        """How its calls went lately."""
        return self._transport.health()

    async def list_invoices(self, query: ListQuery, operation: Operation) -> InvoiceList:
        """A window of the list in the vendor's order. It is limited to a type where just one is wanted."""
        question = _Question(
            account=query.account,
            names=member_names(query.fields),
            members=members_to_read(query.fields),
            type_=_one_type(query.types),
        )
        found = await self._fetch(question, query.offset, query.limit, operation)
        window = None if found.count is None else _expected(found.count, query.offset, query.limit)
        rows = by_identifier(found.records)
        found.records.clear()  # each goes when its invoice is made
        shop = await self._currencies(rows, query, operation)
        return self._to_list(rows, query, shop, total_count=found.count, window_count=window)

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        """The invoices of these ids; what cannot be an id is not asked for, what was not asked for is dropped."""
        ids = tuple(int(text) for text in dict.fromkeys(query.ids) if is_invoice_id(text))
        if not ids:
            return InvoiceList(invoices=[], fetched_at=self._clock())
        question = _Question(
            account=query.account, names=member_names(query.fields), members=members_to_read(query.fields), ids=ids
        )
        found = await self._fetch(question, 0, len(ids), operation)
        rows = distinct(found.records, partial(_identify_among, frozenset(query.ids)))
        found.records.clear()  # each goes when its invoice is made
        return self._to_list(rows, query, await self._currencies(rows, query, operation))

    async def fetch_customer(self, account: Account, operation: Operation) -> CustomerRecord:
        """The customer of the account's key, with both addresses."""
        call = UpstreamCall(source=self.name, operation=CUSTOMER, account=account.key, fields=CUSTOMER_FIELDS)
        return await self._storefront.ask(
            account, call, CUSTOMER_REQUEST, operation, lambda reply: parse_customer(self.name, reply.content)
        )

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._transport.aclose()

    async def _fetch(self, question: _Question, first: int, limit: int | None, operation: Operation) -> Invoices:
        """All records of a window: one call, and more of them only where the shop hands out less than it was asked.

        The vendor does not say how many invoices one call may bring. Raises SourceProtocolError where a part of the
        window does not come at all, or in ever smaller ones, and where a list holds more than it.
        """
        records: list[InvoiceRecord] = []
        part_size = 1

        def check(reply: Invoices) -> None:
            if reply.count is None:
                return
            window, so_far = _expected(reply.count, first, limit), len(records) + len(reply.records)
            if so_far < window and len(reply.records) < part_size:
                raise SourceProtocolError(self.name, "fewer invoices than the reply's own count")
            if so_far > window and not question.ids and len(by_identifier([*records, *reply.records]).kept) > window:
                raise SourceProtocolError(
                    self.name, "more invoices than the reply's own count: one may be a stranger's"
                )

        while True:
            rest = None if limit is None else limit - len(records)
            reply = await self._call(question, first + len(records), rest, operation, check)
            records += reply.records
            if reply.count is None or len(records) >= _expected(reply.count, first, limit):
                return Invoices(records=records, count=reply.count)
            part_size = len(reply.records)

    def _call(
        self,
        question: _Question,
        first: int,
        limit: int | None,
        operation: Operation,
        check: Callable[[Invoices], None],
    ) -> Awaitable[Invoices]:
        call = UpstreamCall(
            source=self.name,
            operation=OPERATION,
            account=question.account.key,
            fields=question.names,
            ids=len(question.ids),
        )
        content = invoices_request(question.names, ids=question.ids, type_=question.type_, limit=limit, first=first)

        def read(reply: UpstreamReply) -> Invoices:
            invoices = parse_invoices(self.name, reply.content, question.members)
            check_names(self.name, reply.content, invoices.records, len(question.names))
            call.rows = len(invoices.records)
            check(invoices)
            return invoices

        return self._storefront.ask(question.account, call, content, operation, read)

    async def _currencies(
        self, rows: Rows[InvoiceRecord], query: ListQuery | FindQuery, operation: Operation
    ) -> ShopCurrencies | None:
        """What the shop says of its currencies; asked only where an invoice needs one and none is configured."""
        if self._settings.currency is not None or not rows.kept or not needs_currency(wanted_parts(query.fields)):
            return None
        return await self._shop.currencies(operation)

    def _to_list(
        self,
        rows: Rows[InvoiceRecord],
        query: ListQuery | FindQuery,
        shop: ShopCurrencies | None,
        *,
        total_count: int | None = None,
        window_count: int | None = None,
    ) -> InvoiceList:
        fetched_at = self._clock()
        reply = ReplyContext(
            source=self.name,
            account=query.account,
            currency=self._settings.currency,
            shop=shop,
            zone=self._settings.zone,
            wanted=wanted_parts(query.fields),
            fetched_at=fetched_at,
        )
        return InvoiceList(
            row_count=rows.count,
            total_count=total_count,
            notes=rows.notes(None if window_count is None else str(window_count)),
            fetched_at=fetched_at,
            invoices=to_invoices(rows.kept, reply),  # the last, for it takes the rows
        )


def _identify_among(asked: frozenset[str], record: InvoiceRecord) -> str | None:
    """The invoice's identifier; None where it has none, or none of those that were asked for."""
    id_ = identify(record)
    return id_ if id_ in asked else None


def _one_type(types: frozenset[InvoiceType]) -> str | None:
    """The vendor's word where just one type is wanted: it takes no more than one."""
    return _VENDORS_WORD.get(next(iter(types))) if len(types) == 1 else None


def _expected(count: int, first: int, limit: int | None) -> int:
    """How many invoices a window holds."""
    rest = max(0, count - first)
    return rest if limit is None else min(rest, limit)
