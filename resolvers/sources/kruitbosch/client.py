"""Kruitbosch over JSON: the login, the outstanding invoices, and the error that may hide in a 200."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

import msgspec

from resolvers.model.customer import Account
from resolvers.model.errors import SourceAuthFailed, SourceError, SourceProtocolError, SourceRejected
from resolvers.model.invoice import Note
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.rows import distinct
from resolvers.model.source import Capabilities, FindQuery, InvoiceList, ListQuery, SourceHealth
from resolvers.sources.kruitbosch.mapping import LIST_FIELDS, identify, is_foreign, to_invoice
from resolvers.sources.kruitbosch.settings import KruitboschSettings
from resolvers.sources.kruitbosch.wire import (
    OPERATION,
    OutstandingInvoice,
    parse_outstanding_invoices,
    parse_refusal,
    parse_session_id,
)
from resolvers.transport.http import HttpTransport, UpstreamReply, UpstreamRequest
from resolvers.transport.session import Session

CAPABILITIES = Capabilities(
    documentation="https://webservice.kruitbosch.nl/json/metadata?op=OutstandingInvoices",
    fields=LIST_FIELDS,
    list_fields=LIST_FIELDS,
    lists_by_account=True,
    lists_paid_invoices=False,
)

_LOGIN = "Authenticate"
_JSON = {"Accept": "application/json"}  # without it, some installations send a browser's login page
_JSON_TYPES = ("application/json", "text/json")
_REFUSALS = frozenset({400, 404, 405, 409})
_NUMBER = re.compile(r"(?!OutstandingInvoices$)[\w-][\w. -]*", re.IGNORECASE)


class KruitboschSource:
    """The wholesaler's portal; implements the port."""

    kind = "kruitbosch"
    capabilities = CAPABILITIES

    def __init__(
        self, name: str, settings: KruitboschSettings, transport: HttpTransport, clock: Callable[[], datetime]
    ) -> None:
        self.name = name
        self.title = settings.title or name
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._session = Session(name, self._log_in)

    def health(self) -> SourceHealth:
        """How its calls went lately."""
        return self._transport.health()

    async def list_invoices(self, query: ListQuery, operation: Operation) -> InvoiceList:
        """All outstanding invoices of the account."""
        account = query.account
        if not _NUMBER.fullmatch(account.key):
            raise SourceRejected(self.name, "the account's key is no customer number that a path can carry")
        call = operation.begin(UpstreamCall(source=self.name, operation=OPERATION, account=account.key))
        try:
            records = await self._fetch_outstanding(account, call, operation)
        except SourceError as error:
            call.outcome = error.code
            raise
        call.rows = len(records)
        return self._to_list(records, account)

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        """Nothing: the route by number is not documented to work. Raises SourceRejected."""
        raise SourceRejected(self.name, "the outstanding invoices cannot be asked for single ones")

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._transport.aclose()

    async def _fetch_outstanding(
        self, account: Account, call: UpstreamCall, operation: Operation
    ) -> list[OutstandingInvoice]:
        """The list, after one more login where the session was refused."""
        session_id = await self._session.get(operation)
        reply = await self._ask(account, session_id, call, operation)
        if reply.status == 401:
            session_id = await self._session.renew(session_id, operation)
            reply = await self._ask(account, session_id, call, operation)
        if reply.status == 401:
            error = SourceAuthFailed(self.name, "a new session was refused")
            self._session.refuse(error)
            raise error
        return [] if reply.status == 204 else parse_outstanding_invoices(self.name, reply.content)

    async def _ask(self, account: Account, session_id: str, call: UpstreamCall, operation: Operation) -> UpstreamReply:
        request = UpstreamRequest(
            method="GET",
            path=f"Customer/{quote(account.key, safe='')}/OutstandingInvoices",
            headers={**_JSON, "X-ss-id": session_id},
            accept=frozenset({200, 204, 401}) | _REFUSALS,
            check=self._check,
        )
        return await self._transport.send(request, call, operation)

    async def _log_in(self, operation: Operation) -> str:
        """A session id. It is in the body; the cookie that comes with it is not needed."""
        call = UpstreamCall(source=self.name, operation=_LOGIN)
        operation.calls.append(call)  # noted, but never refused for the budget: others wait for it too
        credentials = {
            "provider": self._settings.login_provider,
            "UserName": self._settings.username,
            "Password": self._settings.password.get_secret_value(),
        }
        request = UpstreamRequest(
            method="POST",
            path=self._settings.login_path,
            headers={**_JSON, "Content-Type": "application/json"},
            content=msgspec.json.encode(credentials),
            accept=frozenset({200}) | _REFUSALS,
            check=self._check_login,
        )
        reply = await self._transport.send(request, call, operation)
        session_id = parse_session_id(self.name, reply.content)
        if session_id is None:
            raise SourceProtocolError(self.name, "a login without a session id in its body")
        return session_id

    def _check(self, reply: UpstreamReply) -> None:
        """Raises SourceRejected for an error of the service's own, SourceProtocolError for what is no JSON.

        That may be in a 200, and a login page may be too.
        """
        if reply.status in (204, 401):
            return
        refusal = parse_refusal(self.name, reply.content)
        if refusal is not None:
            raise SourceRejected(self.name, f"{refusal.code}: {refusal.message}")
        if reply.status != 200 or reply.content_type not in _JSON_TYPES:
            raise SourceProtocolError(self.name, f"status {reply.status} with content type {reply.content_type!r}")

    def _check_login(self, reply: UpstreamReply) -> None:
        """As `_check`; what the service rejects here are the credentials. Raises SourceAuthFailed."""
        try:
            self._check(reply)
        except SourceRejected as error:
            raise SourceAuthFailed(self.name, error.detail) from None

    def _to_list(self, records: list[OutstandingInvoice], account: Account) -> InvoiceList:
        fetched_at = self._clock()
        own = [record for record in records if not is_foreign(record, account)]
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
        notes = rows.notes()
        if foreign := len(records) - len(own):
            notes.append(Note("ACCOUNT_MISMATCH", actual=str(foreign)))
        return InvoiceList(invoices=invoices, row_count=len(records), notes=notes, fetched_at=fetched_at)
