"""The sandbox's page: what listens where, which accounts are worth trying, and buttons that break things."""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files
from string import Template

from sandbox.books import SOURCES, Account, Books
from sandbox.faults import KINDS, MEANING_KINDS, TRANSPORT_KINDS

VENDORS = {
    "association": "netFORUM",
    "shop": "Shoxl",
    "webstore": "Open2b",
    "orders": "seansworld",
    "wholesale": "Kruitbosch",
}
SPEAKS = {
    "association": "SOAP 1.1 at /xweb/secure/netForumXML.asmx, JSON at /xWeb/JSON/…",
    "shop": "REST at /Shoxl/v1/GetInvoiceHistory, SOAP at /Shoxl/ShoxlService",
    "webstore": "JSON at /api/v10/storefront.invoices",
    "orders": "its own idea of XML at /invoicesAPI/?invoiceID=2011",
    "wholesale": "JSON and XML at /Customer/{CustomerNumber}/OutstandingInvoices",
}
WORTH_TRYING = {
    "C-1001": "accounts at all five sources",
    "C-1002": "four sources, seansworld's own sample 2011, and six currencies",
    "C-1003": "0070145, 600.0000000 and 12345678901234567.89 on three wires, and a name with a tag in it",
    "C-1004": "Open2b's own sample, as valid JSON",
    "C-1008": "two accounts at one source",
    "C-1041": "60 invoices at Shoxl: three pages",
    "C-1042": "1,000 invoices at Open2b",
    "C-1300": "the vendors' samples byte for byte, two of which do not parse",
}
# The page runs its own inline script and style and may talk to nobody but the control application.
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


def render(books: Books, places: dict[str, str]) -> str:
    """The whole page as HTML."""
    template = Template(files("sandbox").joinpath("page.html").read_text("utf-8"))
    return template.substitute(
        customers=len(books.customers),
        invoices=f"{sum(map(len, books.invoices.values())):,}",
        control=escape(places["control"]),
        sources="\n".join(_source_row(books, name, places[name]) for name in SOURCES),
        accounts="\n".join(_account_rows(books)),
        options="".join(f"<option>{name}</option>" for name in SOURCES),
        transport="".join(_button(kind) for kind in sorted(TRANSPORT_KINDS)),
        meaning="".join(_button(kind) for kind in sorted(KINDS - TRANSPORT_KINDS)),
        vendors=json.dumps(VENDORS),
        kinds=json.dumps({source: sorted(TRANSPORT_KINDS | kinds) for source, kinds in MEANING_KINDS.items()}),
    )


def _source_row(books: Books, name: str, place: str) -> str:
    accounts = sum(1 for account in books.accounts if account.source == name)
    invoices = sum(1 for _ in books.of_source(name))
    return (
        f"<tr><th scope=row>{name}<small>{VENDORS[name]}</small></th><td><code>{escape(place)}</code></td>"
        f"<td>{escape(SPEAKS[name])}</td><td class=n>{accounts}</td><td class=n>{invoices:,}</td></tr>"
    )


def _account_rows(books: Books) -> list[str]:
    return [
        f"<tr><th scope=row>{customer.id}<small>{escape(customer.company_name)}</small></th>"
        f"<td>{escape(WORTH_TRYING[customer.id])}</td><td>{_accounts(books, customer.id)}</td></tr>"
        for customer in books.customers
        if customer.id in WORTH_TRYING
    ]


def _accounts(books: Books, customer_id: str) -> str:
    owned = [account for account in books.accounts if account.customer_id == customer_id]
    return " ".join(f"<span class=tag>{_account(books, account)}</span>" for account in owned)


def _account(books: Books, account: Account) -> str:
    count = len(books.of(account.source, account.key) or ())
    return f"{account.source} <code>{escape(account.key)}</code> · {count}"


def _button(kind: str) -> str:
    return f'<button type=button data-kind="{kind}">{kind}</button>'
