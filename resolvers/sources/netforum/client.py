"""netFORUM over SOAP: the login, the open list, and what becomes of its faults."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from importlib.resources import files

from lxml import etree

from resolvers.model.customer import Account
from resolvers.model.errors import SourceAuthFailed, SourceError, SourceProtocolError, SourceRejected
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.rows import distinct
from resolvers.model.source import Capabilities, FindQuery, InvoiceList, ListQuery, SourceHealth
from resolvers.sources.netforum.faults import FaultBudget, FaultKind, described, kind_of
from resolvers.sources.netforum.mapping import LIST_FIELDS, identify, to_invoice
from resolvers.sources.netforum.settings import NetforumSettings
from resolvers.sources.netforum.tokens import SerialTokens, SharedTokens, SingleUseTokens, Token, Tokens
from resolvers.sources.netforum.wire import LIST_OPERATION, OpenInvoices, parse_open_invoices, parse_token
from resolvers.transport.http import HttpTransport
from resolvers.transport.soap import SoapBody, SoapFault, SoapService

CAPABILITIES = Capabilities(
    documentation="https://nfesupport.zendesk.com/hc/en-us/articles/13619968039693",
    fields=LIST_FIELDS,
    list_fields=LIST_FIELDS,
    lists_by_account=True,
    lists_paid_invoices=False,
)

_NAMESPACE = "http://www.avectra.com/2005/"
_LOGIN = "Authenticate"
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_CURED_BY_LOGIN = (FaultKind.TOKEN, FaultKind.LOCKED)


class NetforumSource:
    """A netFORUM tenant; implements the port."""

    kind = "netforum"
    capabilities = CAPABILITIES

    def __init__(
        self, name: str, settings: NetforumSettings, transport: HttpTransport, clock: Callable[[], datetime]
    ) -> None:
        self.name = name
        self.title = settings.title or name
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._soap = SoapService(name, files(__package__) / "netforum.wsdl")
        pause = timedelta(seconds=settings.login_pause_seconds)
        self._faults = FaultBudget(name, settings.max_faults_per_day, pause, clock)
        self._tokens = self._tokens_as_configured()

    def health(self) -> SourceHealth:
        """How its calls went lately."""
        return self._transport.health()

    async def list_invoices(self, query: ListQuery, operation: Operation) -> InvoiceList:
        """All open invoices of the account."""
        account = query.account
        if not _GUID.fullmatch(account.key):
            raise SourceRejected(self.name, "the account's key is not a GUID")  # sent, it would cost a fault
        call = operation.begin(UpstreamCall(source=self.name, operation=LIST_OPERATION, account=account.key))
        try:
            listed = await self._fetch_open_invoices(account.key, call, operation)
        except SourceError as error:
            call.outcome = error.code
            raise
        self._faults.answered(account.key)
        call.rows = len(listed.rows)
        return self._to_list(listed, account)

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        """Nothing: the open list is not asked by id. Raises SourceRejected."""
        raise SourceRejected(self.name, "the open list cannot be asked for single invoices")

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._transport.aclose()

    async def _fetch_open_invoices(self, key: str, call: UpstreamCall, operation: Operation) -> OpenInvoices:
        """The list, after one more login where the token was refused."""
        async with self._tokens.hold(operation):
            self._faults.check(key)
            token = await self._tokens.get(operation)
            try:
                return await self._ask_with(token, key, call, operation)
            except SoapFault as fault:
                if kind_of(fault) not in _CURED_BY_LOGIN:
                    raise self._refusal(fault, key) from None
            token = await self._tokens.renew(token, operation)
            try:
                return await self._ask_with(token, key, call, operation)
            except SoapFault as fault:
                raise self._refusal(fault, key) from None

    async def _ask_with(self, token: Token, key: str, call: UpstreamCall, operation: Operation) -> OpenInvoices:
        body = await self._ask(LIST_OPERATION, {"CustomerKey": key}, _token_header(token), call, operation)
        self._tokens.take(token, parse_token(self.name, body.header))
        return parse_open_invoices(self.name, body.result)

    async def _log_in(self, operation: Operation) -> str:
        """A token. It is in the reply's header; the result itself is the namespace's name."""
        self._faults.check(_LOGIN)
        call = UpstreamCall(source=self.name, operation=_LOGIN)
        operation.calls.append(call)  # noted, but never refused for the budget: others wait for it too
        credentials = {"userName": self._settings.username, "password": self._settings.password.get_secret_value()}
        try:
            token = parse_token(self.name, (await self._ask(_LOGIN, credentials, None, call, operation)).header)
        except SoapFault as fault:
            error = self._refusal(fault, _LOGIN)
            call.outcome = error.code
            raise error from None
        if token is None:
            raise SourceProtocolError(self.name, "a login without a token in its header")
        return token

    async def _ask(
        self,
        name: str,
        arguments: Mapping[str, str],
        header: etree._Element | None,
        call: UpstreamCall,
        operation: Operation,
    ) -> SoapBody:
        """The reply, taken apart. Raises SoapFault, and counts it."""
        request = self._soap.request(name, arguments, path=self._settings.service_path, header=header)
        reply = await self._transport.send(request, call, operation)
        try:
            return self._soap.body(reply, name)
        except SoapFault:
            self._faults.count()
            raise

    def _refusal(self, fault: SoapFault, request: str) -> SourceError:
        """What a fault that no login cures means, remembered so that it costs no second one soon."""
        kind, detail = kind_of(fault), described(fault, self._settings.password.get_secret_value())
        if kind is FaultKind.OTHER:
            self._faults.declined(request)
            return SourceRejected(self.name, detail)
        if kind is not FaultKind.TOKEN:
            self._faults.shut()
        return SourceAuthFailed(self.name, detail)

    def _to_list(self, listed: OpenInvoices, account: Account) -> InvoiceList:
        fetched_at = self._clock()
        rows = distinct(listed.rows, identify)
        invoices = [
            to_invoice(
                record,
                account,
                source=self.name,
                source_invoice_id=key,
                currency=self._settings.currency,
                fetched_at=fetched_at,
            )
            for key, record in rows.kept.items()
        ]
        return InvoiceList(
            invoices=invoices, row_count=rows.count, notes=rows.notes(listed.stated_count), fetched_at=fetched_at
        )

    def _tokens_as_configured(self) -> Tokens:
        longest = timedelta(minutes=self._settings.token_minutes)
        match self._settings.token_reuse:
            case "shared":
                return SharedTokens(self.name, self._log_in, longest, self._clock)
            case "serial":
                return SerialTokens(self.name, self._log_in, longest, self._clock)
            case "per_call":
                return SingleUseTokens(self._log_in)


def _token_header(token: Token) -> etree._Element:
    header = etree.Element(f"{{{_NAMESPACE}}}AuthorizationToken", nsmap={"av": _NAMESPACE})
    etree.SubElement(header, f"{{{_NAMESPACE}}}Token").text = token.text
    return header
