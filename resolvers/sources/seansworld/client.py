"""seansworld's one call that reads: an invoice by its number."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from resolvers.model.customer import Account
from resolvers.model.errors import SourceProtocolError, SourceRejected
from resolvers.model.invoice import Note
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.source import Capabilities, FindQuery, InvoiceList, ListQuery, SourceHealth
from resolvers.sources.seansworld.mapping import FIELDS, OPERATION, is_foreign, to_invoice
from resolvers.sources.seansworld.settings import SeansworldSettings
from resolvers.sources.seansworld.wire import InvoiceRecord, parse_invoice
from resolvers.transport.http import HttpTransport, UpstreamReply, UpstreamRequest

CAPABILITIES = Capabilities(
    documentation="https://www.seansworld.com/api/invoicesAPI.html",
    fields=FIELDS,
    list_fields=frozenset(),
    lists_by_account=False,
    lists_paid_invoices=True,
    ids_per_call=1,
)

_ID = re.compile(r"\d{1,10}", re.ASCII)


class SeansworldSource:
    """A seansworld server; implements the port."""

    kind = "seansworld"
    capabilities = CAPABILITIES

    def __init__(
        self, name: str, settings: SeansworldSettings, transport: HttpTransport, clock: Callable[[], datetime]
    ) -> None:
        self.name = name
        self.title = settings.title or name
        self._settings = settings
        self._transport = transport
        self._clock = clock

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
            if _ID.fullmatch(id_) and (record := await self._fetch(query.account, id_, operation)) is not None
        ]
        return self._to_list(found, query.account)

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._transport.aclose()

    async def _fetch(self, account: Account, id_: str, operation: Operation) -> InvoiceRecord | None:
        """The document of one number; None where there is none: status 404, an empty body, or an empty root."""
        call = operation.begin(UpstreamCall(source=self.name, operation=OPERATION, account=account.key, ids=1))
        records: list[InvoiceRecord | None] = []
        request = UpstreamRequest(
            method="GET",
            path=self._settings.invoices_path,
            headers={"Accept": "application/xml, text/xml"} | self._settings.authentication.headers(),
            query={"invoiceID": id_},
            accept=frozenset({200, 404}),
            check=lambda reply: records.append(self._read(reply, id_)),
        )
        await self._transport.send(request, call, operation)
        call.rows = 0 if records[-1] is None else 1
        return records[-1]

    def _read(self, reply: UpstreamReply, id_: str) -> InvoiceRecord | None:
        """The document. Raises SourceProtocolError for what cannot be proven whole, and for another invoice's."""
        record = None if reply.status == 404 else parse_invoice(self.name, reply.content)
        if record is not None and record.invoice_id.strip().lstrip("0") != id_.lstrip("0"):
            raise SourceProtocolError(self.name, "another invoice than the one asked for")
        return record

    def _to_list(self, records: list[InvoiceRecord], account: Account) -> InvoiceList:
        fetched_at = self._clock()
        invoices = [
            to_invoice(
                record,
                account,
                source=self.name,
                currency=self._settings.currency,
                strict_dates=self._settings.strict_dates,
                fetched_at=fetched_at,
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
