"""The calls of Open2b's storefront API, from its pages on invoices, login, store, errors and data types."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.books import Account, Books, Invoice
from sandbox.distortions import LIE, distort, shift
from sandbox.exhibits import OPEN2B_PRINTED_NUMBER
from sandbox.faults import MEANING_KINDS, Call, Fault, Switchboard, call_in_hand
from sandbox.json_text import JsonText
from sandbox.open2b.amounts import Document
from sandbox.open2b.documents import FIELDS, billing_address, printed_sample, record, shipping_address
from sandbox.open2b.requests import Denied, Refused, conditions_of, fields_of, only, read_body, whole

SOURCE = "webstore"
STORE: dict[str, object] = {
    "name": "Sartoria Lombarda",
    "currency": "EUR",
    "languages": [
        {"locale": "it-IT", "currency": "EUR", "change": 1},
        {"locale": "en-GB", "currency": "EUR", "change": 1},
    ],
}
WINDOW_SECONDS = 300
COMMON_KINDS = frozenset(("expired_token", "error_200"))


@dataclass(slots=True)
class Limiter:
    """At most `most` calls in five minutes; the clock is given so that a test need not wait."""

    most: int | None
    clock: Callable[[], float]
    _times: deque[float] = field(default_factory=deque)

    def admits(self) -> bool:
        """Whether one more call is allowed now; it is counted if so."""
        if self.most is None:
            return True
        now = self.clock()
        while self._times and self._times[0] <= now - WINDOW_SECONDS:
            self._times.popleft()
        if len(self._times) >= self.most:
            return False
        self._times.append(now)
        return True


def emulator(
    books: Books,
    board: Switchboard,
    *,
    calls_in_five_minutes: int | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> ASGIApp:
    """The web store's API over the books. The vendor's limit is 1000 calls; it is off unless it is given."""
    api = _Api(books, board, Limiter(calls_in_five_minutes, clock))
    return Starlette(
        routes=[Route("/api/v10/{method}", api.answer, methods=["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"])]
    )


def password(account: Account) -> str:
    """What a customer logs in with, beside the e-mail address."""
    return f"password-{account.number}"


class _Api:
    def __init__(self, books: Books, board: Switchboard, limiter: Limiter) -> None:
        self._books = books
        self._board = board
        self._limiter = limiter
        self._accounts = {account.secret: account for account in books.accounts if account.source == SOURCE}
        self._public = {"storefront.login": self._login, "storefront.store": self._store}
        self._private = {
            "storefront.invoices": self._invoices,
            "storefront.invoice": self._invoice,
            "storefront.customer": self._customer,
        }

    async def answer(self, request: Request) -> Response:
        """One call of any method: what is wrong with the transport is told in text, with the request in JSON."""
        try:
            return self._perform(request, await request.body())
        except Denied as denied:
            return PlainTextResponse(f"{denied.status} {denied}", denied.status)
        except Refused as refused:
            return JsonText({"status": "error", "error": refused.error})

    def _perform(self, request: Request, text: bytes) -> Response:
        method, call = request.path_params["method"], call_in_hand(request.scope)
        call.operation = method
        if request.method != "POST":
            raise Denied(405, "Method Not Allowed, use POST")
        if method not in self._public and method not in self._private:
            raise Denied(404, "Not Found, unknown method")
        if not self._limiter.admits():
            raise Denied(429, "Too Many Requests, too many requests")
        listing = method == "storefront.invoices"
        fault = self._board.take(SOURCE, request.url.path, MEANING_KINDS[SOURCE] if listing else COMMON_KINDS)
        body = read_body(text)
        if fault and fault.kind == "error_200":
            raise Refused("", "InvalidValue", "internal system error")
        if method in self._public:
            return self._public[method](body)
        account = self._account(request.headers.get("x-customer-key", ""), fault)
        call.account = account.key
        return self._private[method](body, account, call, fault)

    def _account(self, key: str, fault: Fault | None) -> Account:
        if not key:
            raise Denied(403, "Forbidden, missing key")
        account = self._accounts.get(key)
        if account is None or (fault and fault.kind == "expired_token"):
            raise Denied(403, "Forbidden, malformed key")
        return account

    def _login(self, body: dict[str, object]) -> Response:
        only(body, ("email", "password"))
        email = body.get("email")
        if not isinstance(email, str) or "@" not in email:
            raise Refused("email", "InvalidValue", "the email is not valid")
        for account in self._accounts.values():
            if self._books.customer(account).email == email and body.get("password") == password(account):
                return JsonText({"status": "ok"}, headers={"X-Customer-Key": account.secret})
        raise Refused("email", "InvalidCombination", "the email and the password do not match")

    def _store(self, body: dict[str, object]) -> Response:
        only(body, ())
        return JsonText({"status": "ok", "store": STORE})

    def _customer(self, body: dict[str, object], account: Account, call: Call, fault: Fault | None) -> Response:
        only(body, ("fields",))
        customer = self._books.customer(account)
        known = {
            "number": account.number,
            "email": customer.email,
            "locale": customer.locale,
            "billingAddress": billing_address(customer),
            "shippingAddress": shipping_address(customer),
        }
        chosen = fields_of(body, tuple(known))
        call.fields = list(chosen)
        return JsonText({"status": "ok", "customer": {name: known[name] for name in known if name in chosen}})

    def _invoice(self, body: dict[str, object], account: Account, call: Call, fault: Fault | None) -> Response:
        only(body, ("id", "token", "fields"))
        wanted, chosen = str(whole(body, "id", 1)), fields_of(body, tuple(FIELDS))
        call.ids, call.fields = [wanted], list(chosen)
        found = self._books.find(SOURCE, wanted)
        if found is None or found.account_key != account.key:
            raise Refused("id", "NotFound", "the invoice does not exist")
        return JsonText({"status": "ok", "invoice": self._record(found, chosen)})

    def _invoices(self, body: dict[str, object], account: Account, call: Call, fault: Fault | None) -> Response:
        only(body, ("conditions", "fields", "limit", "first"))
        conditions, chosen = conditions_of(body), fields_of(body, tuple(FIELDS))
        start, limit = whole(body, "first", 0) or 0, whole(body, "limit", 1)
        call.ids, call.fields = [str(wanted) for wanted in sorted(conditions.ids or ())], list(chosen)
        if account.key == OPEN2B_PRINTED_NUMBER:
            return Response(printed_sample(), media_type="application/json; charset=utf-8")
        matching = conditions.choose(self._books.of(SOURCE, account.key) or [])
        page = matching[start:] if limit is None else matching[start : start + limit]
        rows = distort(page, fault, self._books, SOURCE, account.key)
        count = len(matching) + (LIE if fault and fault.kind == "lying_count" else 0)
        shift(fault, self._books, SOURCE, account.key)
        return JsonText({"status": "ok", "invoices": [self._record(row, chosen) for row in rows], "count": count})

    def _record(self, invoice: Invoice, chosen: tuple[str, ...]) -> dict[str, object]:
        return record(Document(invoice, self._books.owner(invoice)), chosen)
