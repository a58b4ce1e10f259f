"""Shoxl's one call: a page of an account's invoice history, and the error that may hide in a 200."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from resolvers.model.customer import Account
from resolvers.model.errors import SourceProtocolError, SourceRejected
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.rows import distinct
from resolvers.model.source import Capabilities, FindQuery, InvoiceList, ListQuery, Paging, SourceHealth
from resolvers.sources.shoxl.mapping import FIELDS, identify, to_invoice
from resolvers.sources.shoxl.settings import ShoxlSettings
from resolvers.sources.shoxl.wire import OPERATION, InvoiceHistory, history_request, parse_history
from resolvers.transport.http import HttpTransport, UpstreamReply, UpstreamRequest

CAPABILITIES = Capabilities(
    documentation="https://shoxl.gitbook.io/erp-integration-guide/v/2024.9/webservice/get-invoice-history",
    fields=FIELDS,
    list_fields=FIELDS,
    lists_by_account=True,
    lists_paid_invoices=True,
    lists_newest_first=True,
    paging=Paging.NUMBERED,
)

_PATH = "v1/GetInvoiceHistory"  # below the base address, which ends in /Shoxl
_NO_ERROR = ("", "0")


class ShoxlSource:
    """A Shoxl server; implements the port."""

    kind = "shoxl"
    capabilities = CAPABILITIES

    def __init__(
        self, name: str, settings: ShoxlSettings, transport: HttpTransport, clock: Callable[[], datetime]
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
        """One page of the history, newest first."""
        account = query.account
        call = operation.begin(
            UpstreamCall(source=self.name, operation=OPERATION, account=account.key, page=query.page)
        )
        history = await self._fetch_history(account, call, operation)
        call.rows = len(history.items)
        return self._to_list(history, account)

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        """Nothing: the vendor has no look-up by id. Raises SourceRejected."""
        raise SourceRejected(self.name, "the history cannot be asked for single invoices")

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._transport.aclose()

    async def _fetch_history(self, account: Account, call: UpstreamCall, operation: Operation) -> InvoiceHistory:
        page = call.page or 1
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        histories: list[InvoiceHistory] = []
        request = UpstreamRequest(
            method="POST",
            path=_PATH,
            headers=headers | self._settings.authentication.headers(),
            content=history_request(account.key, page, self._settings.context | dict(account.context)),
            check=lambda reply: histories.append(self._read(reply, account.key, page)),
        )
        await self._transport.send(request, call, operation)
        return histories[-1]

    def _read(self, reply: UpstreamReply, account_number: str, page: int) -> InvoiceHistory:
        """The page. Raises SourceRejected for the vendor's error, SourceProtocolError for an answer to others."""
        history = parse_history(self.name, reply.content)
        if (history.error_code or "").strip() not in _NO_ERROR:
            raise SourceRejected(self.name, f"{history.error_code}: {history.error_description}")
        for echoed, sent in ((history.echoed_account, account_number), (history.echoed_page, str(page))):
            if echoed is not None and echoed.strip() not in ("", sent):
                raise SourceProtocolError(self.name, "the reply repeats another request than ours")
        return history

    def _to_list(self, history: InvoiceHistory, account: Account) -> InvoiceList:
        fetched_at = self._clock()
        rows = distinct(history.items, identify)
        invoices = [
            to_invoice(
                item,
                account,
                source=self.name,
                source_invoice_id=number,
                currency=self._settings.currency,
                zone=self._settings.zone,
                fetched_at=fetched_at,
            )
            for number, item in rows.kept.items()
        ]
        return InvoiceList(
            invoices=invoices,
            row_count=rows.count,
            total_pages=history.total_pages,
            notes=rows.notes(),
            fetched_at=fetched_at,
        )
