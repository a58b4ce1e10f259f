"""seansworld's three calls that write. None is sent twice; what may have been carried out is never called a failure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from resolvers.model.customer import Account
from resolvers.model.errors import SourceOutcomeUnknown, SourceProtocolError, SourceRejected
from resolvers.model.invoice import Invoice
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.writing import DraftMistake, InvoiceDraft, merged
from resolvers.sources.seansworld.client import SeansworldSource
from resolvers.sources.seansworld.form import document, mistakes_of
from resolvers.sources.seansworld.mapping import OPERATION
from resolvers.sources.seansworld.markup import Kind, decode_document, tokenize
from resolvers.sources.seansworld.settings import SeansworldSettings
from resolvers.transport.http import HttpTransport
from resolvers.transport.messages import UpstreamReply, UpstreamRequest

_REFUSALS = frozenset({400, 404, 405, 409, 410, 422})
_ID = re.compile(r"[0-9]{1,10}")
_QUOTED = 200
_XML = "text/xml; charset=utf-8"


class WritableSeansworldSource(SeansworldSource):
    """A seansworld server that its operator lets us write to; implements both ports."""

    def __init__(
        self, name: str, settings: SeansworldSettings, transport: HttpTransport, clock: Callable[[], datetime]
    ) -> None:
        super().__init__(name, settings, transport, clock)
        self.capabilities = replace(self.capabilities, writes=True)

    def check_draft(self, draft: InvoiceDraft, current: Invoice | None) -> list[DraftMistake]:
        """What breaks the vendor's table of lengths and types, or does not add up."""
        return mistakes_of(draft, current, self._settings.currency)

    async def create_invoice(self, account: Account, draft: InvoiceDraft, operation: Operation) -> str:
        """The number that the vendor gave the new invoice. SourceOutcomeUnknown where its answer names none."""
        ids: list[str] = []

        def read(reply: UpstreamReply) -> None:
            ids.append(self._created_id(reply, account))

        await self._write("POST", account, operation, content=document(draft, account.key), check=read)
        return ids[-1]

    async def update_invoice(
        self, current: Invoice, account: Account, draft: InvoiceDraft, operation: Operation
    ) -> None:
        """Sends the whole invoice, changed or not: the vendor does not say whether a PUT replaces or merges."""
        id_ = current.source_invoice_id
        content = document(merged(draft, current), account.key, id_)
        await self._write("PUT", account, operation, id_=id_, content=content)

    async def delete_invoice(self, current: Invoice, account: Account, operation: Operation) -> None:
        """Asks for the deletion by number; 404 means that it is gone."""
        await self._write(
            "DELETE", account, operation, id_=current.source_invoice_id, accept=frozenset({200, 202, 204, 404})
        )

    async def _write(
        self,
        method: str,
        account: Account,
        operation: Operation,
        *,
        id_: str | None = None,
        content: bytes = b"",
        accept: frozenset[int] = frozenset({200, 201, 202, 204}),
        check: Callable[[UpstreamReply], None] = lambda reply: None,
    ) -> None:
        """Sends it once. Raises SourceRejected for what the vendor declined, and what `check` raises."""

        def judge(reply: UpstreamReply) -> None:
            if reply.status not in accept:
                said = reply.content[:_QUOTED].decode("utf-8", "replace")
                raise SourceRejected(self.name, f"status {reply.status}: {said}")
            check(reply)

        call = operation.begin(
            UpstreamCall(
                source=self.name, operation=f"{method} {OPERATION}", account=account.key, ids=0 if id_ is None else 1
            )
        )
        headers = {"Accept": "application/xml, text/xml"} | ({"Content-Type": _XML} if content else {})
        request = UpstreamRequest(
            method=method,
            path=self._settings.invoices_path,
            headers=headers | self._settings.authentication.headers(),
            query={} if id_ is None else {"invoiceID": id_},
            content=content,
            accept=accept | _REFUSALS,
            is_read=False,
            check=judge,
        )
        await self._transport.send(request, call, operation)

    def _created_id(self, reply: UpstreamReply, account: Account) -> str:
        """The number in the answer to a POST: closed by its own tag, there once, beside no other customer's number.

        The vendor does not print that answer. Whatever follows the number may be missing: the invoice is read back.
        """
        try:
            leaves = _leaves(self.name, reply.content)
        except SourceProtocolError as error:
            raise SourceOutcomeUnknown(self.name, error.detail) from None
        ids, customers = leaves.get("invoiceid", []), leaves.get("custid", [])
        if len(ids) != 1 or not _ID.fullmatch(ids[0]) or any(customer != account.key for customer in customers):
            raise SourceOutcomeUnknown(self.name, "an answer that does not name the invoice, or not the customer")
        return ids[0]


def _leaves(source: str, content: bytes) -> dict[str, list[str]]:
    """The texts of an invoice document's closed elements by their names in lower case; empty for another document."""
    tokens = [token for token in tokenize(source, decode_document(source, content).value) if token.written.strip()]
    leaves: dict[str, list[str]] = {}
    if not tokens or tokens[0].kind is not Kind.OPEN or tokens[0].name != "invoice-info":
        return leaves
    for opening, text, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        is_leaf = (opening.kind, text.kind, closing.kind) == (Kind.OPEN, Kind.TEXT, Kind.CLOSE)
        if is_leaf and opening.name == closing.name:
            leaves.setdefault(opening.name, []).append(text.written.strip())
    return leaves
