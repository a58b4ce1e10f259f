"""Shoxl's calls: a page of an account's invoice history, an invoice's document, the error that may hide in a 200."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from datetime import datetime

from resolvers.model.customer import Account
from resolvers.model.document import Document
from resolvers.model.errors import SourceProtocolError, SourceRejected
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.rows import distinct
from resolvers.model.source import Capabilities, FindQuery, InvoiceList, ListQuery, Paging, SourceHealth
from resolvers.sources.document_links import VendorLinks
from resolvers.sources.shoxl.mapping import LIST_FIELDS, identify, to_invoice
from resolvers.sources.shoxl.protocols import protocol_of
from resolvers.sources.shoxl.settings import ShoxlSettings
from resolvers.sources.shoxl.wire import (
    DOCUMENT_OPERATION,
    OPERATION,
    InvoiceDocument,
    InvoiceHistory,
    InvoiceHistoryItem,
    error_of,
)
from resolvers.transport.http import HttpTransport
from resolvers.transport.messages import UpstreamReply

CAPABILITIES = Capabilities(
    documentation="https://shoxl.gitbook.io/erp-integration-guide/v/2024.9/webservice/get-invoice-history",
    fields=LIST_FIELDS,
    list_fields=LIST_FIELDS,
    lists_by_account=True,
    lists_paid_invoices=True,
    lists_newest_first=True,
    paging=Paging.NUMBERED,
    has_documents=True,
)

_LINK = "DownloadablePdfUri"


class ShoxlSource:
    """A Shoxl server; implements the port, and that of documents."""

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
        self._protocol = protocol_of(name, settings, clock)
        self._links = VendorLinks[InvoiceHistoryItem](clock)
        self._documents = transport.documents(settings)

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

    async def fetch_document(self, account: Account, source_invoice_id: str, operation: Operation) -> Document | None:
        """What the history's link leads to, else what GetInvoice holds. Raises SourceError or CallBudgetExceeded."""
        item = await self._links.find(self, account, source_invoice_id, operation)
        link = (item.downloadable_pdf_uri or "").strip() if item is not None else ""
        if link:
            call = operation.begin(UpstreamCall(source=self.name, operation=_LINK, account=account.key, ids=1))
            headers = self._settings.authentication.headers()
            return await self._documents.fetch(link, call, operation, headers=headers)
        return None if item is None else await self._ask_for_document(item, account, operation)

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._transport.aclose()

    async def _fetch_history(self, account: Account, call: UpstreamCall, operation: Operation) -> InvoiceHistory:
        page = call.page or 1
        request = self._protocol.history_request(account.key, page, self._context(account))

        def read(reply: UpstreamReply) -> InvoiceHistory:
            history = self._protocol.read_history(reply)
            self._check(history)
            self._check_echo((history.echoed_account, account.key), (history.echoed_page, str(page)))
            return history

        return await self._transport.fetch(request, call, operation, read)

    async def _ask_for_document(
        self, item: InvoiceHistoryItem, account: Account, operation: Operation
    ) -> Document | None:
        """The document that the server sends in its answer; None where that holds none."""
        number = identify(item) or ""
        customer_number = (item.customer_number or "").strip() or account.key
        request = self._protocol.document_request(number, customer_number, self._context(account))
        call = operation.begin(UpstreamCall(source=self.name, operation=DOCUMENT_OPERATION, account=account.key, ids=1))

        def read(reply: UpstreamReply) -> Document | None:
            answer = self._protocol.read_document(reply)
            self._check(answer)
            self._check_echo((answer.echoed_number, number))
            encoded = "".join((answer.invoice_pdf or "").split())
            return self._documents.whole(self._decoded(encoded)) if encoded else None

        return await self._transport.fetch(request, call, operation, read)

    def _context(self, account: Account) -> dict[str, str]:
        return self._settings.context | dict(account.context)

    def _check(self, answer: InvoiceHistory | InvoiceDocument) -> None:
        """Raises SourceRejected for the vendor's error."""
        if (error := error_of(answer)) is not None:
            raise SourceRejected(self.name, error)

    def _check_echo(self, *pairs: tuple[str | None, str]) -> None:
        """Raises SourceProtocolError for an answer to others."""
        for echoed, sent in pairs:
            if echoed is not None and echoed.strip() not in ("", sent):
                raise SourceProtocolError(self.name, "the reply repeats another request than ours")

    def _decoded(self, encoded: str) -> bytes:
        try:
            return b64decode(encoded, validate=True)
        except ValueError:
            raise SourceProtocolError(self.name, "a document that is not base64") from None

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
        self._links.keep(account, rows.kept)
        return InvoiceList(
            invoices=invoices,
            row_count=rows.count,
            total_pages=history.total_pages,
            notes=rows.notes(),
            fetched_at=fetched_at,
        )
