"""What the upstream answers, made by arithmetic: the same on every run, another for each variant of a customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

_NEWEST = date(2026, 11, 20)
_NAMES = ("Cotton shirt", 'Oak shelf, 80 x 30 "raw"', "Crème brûlée set", "Annual dues", "Steel bolt M8 (100)", "Lamp")
_XWEB = "http://www.avectra.com/2005/"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
TOKEN = "11111111-2222-4333-8444-555555555555"  # noqa: S105  # the benchmark's own upstream hands it out

LOGIN = "Authenticate"
OPEN_LIST = "WEBCentralizedShoppingCartOpenInvoiceGetList"


def open2b_reply(variant: int, invoices: int, lines: int, members: Sequence[str]) -> bytes:
    """A page of `storefront.invoices`: all of the customer's invoices, newest first, one a day."""
    writers = [(name, _MEMBERS[name]) for name in members]
    rows = ",".join(
        "{" + ",".join(f'"{name}":{write(variant, number, lines)}' for name, write in writers) + "}"
        for number in range(invoices)
    )
    return f'{{"status":"ok","invoices":[{rows}],"count":{invoices}}}'.encode()


def xweb_login() -> bytes:
    """The reply to `Authenticate`, its token in the header."""
    return _enveloped(f'<{LOGIN}Response xmlns="{_XWEB}"><{LOGIN}Result>{_XWEB}</{LOGIN}Result></{LOGIN}Response>')


def xweb_open_list(variant: int, invoices: int) -> bytes:
    """The reply to the list of open invoices, newest first."""
    rows = "".join(_open_invoice(variant, number) for number in range(invoices))
    results = f'<Results xmlns="" recordReturn="{invoices}">{rows}</Results>'
    return _enveloped(
        f'<{OPEN_LIST}Response xmlns="{_XWEB}"><{OPEN_LIST}Result>{results}</{OPEN_LIST}Result></{OPEN_LIST}Response>'
    )


def _enveloped(body: str) -> bytes:
    header = f'<AuthorizationToken xmlns="{_XWEB}"><Token>{TOKEN}</Token></AuthorizationToken>'
    return (
        f'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{_SOAP}">'
        f"<soap:Header>{header}</soap:Header><soap:Body>{body}</soap:Body></soap:Envelope>"
    ).encode()


def _open_invoice(variant: int, number: int) -> str:
    total = _cents(variant, number) * 3
    paid = total // (number % 4 + 2)
    return (
        f"<Result><inv_key>{variant:08x}-0000-4000-8000-{number:012x}</inv_key>"
        f"<inv_date>{_day(number):%m/%d/%Y} 12:00:00 AM</inv_date><inv_code_cp>{variant:03}{number:04}</inv_code_cp>"
        f"<inv_total>{_amount(total)}00</inv_total><inv_paid>{_amount(paid)}00</inv_paid>"
        f"<inv_balance>{_amount(total - paid)}00</inv_balance><mbt_code>M{number % 7}</mbt_code></Result>"
    )


def _day(number: int) -> date:
    return _NEWEST - timedelta(days=number)


def _cents(variant: int, number: int) -> int:
    return 1_000 + (variant * 7_919 + number * 104_729) % 500_000


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _items(variant: int, number: int, lines: int) -> str:
    return "[" + ",".join(_item(variant, number * 31 + line) for line in range(lines)) + "]"


def _item(variant: int, seed: int) -> str:
    quantity = seed % 9 + 1
    price = _cents(variant, seed)
    total = price * quantity
    tax = total * 22 // 100
    name = _NAMES[(variant + seed) % len(_NAMES)].replace('"', '\\"')
    return (
        f'{{"sku":"{variant:03}-{seed:05}","name":"{name}","quantity":{quantity}.00,'
        f'"prices":{{"price":{_amount(price)},"totalPrice":{_amount(total)},'
        f'"taxedPrice":{_amount(price + price * 22 // 100)},"taxedTotalPrice":{_amount(total + tax)}}},'
        f'"tax":{{"code":"VAT","rate":22.00,"amount":{_amount(tax)}}},"weight":0.{seed % 900 + 100},"requests":""}}'
    )


_MEMBERS: dict[str, Callable[[int, int, int], str]] = {
    "id": lambda variant, number, _: str(variant * 1_000_000 + number + 1),
    "type": lambda *_: '"Invoice"',
    "number": lambda variant, number, _: f'"{variant:03}/{number:06}"',
    "status": lambda *_: '"Sent"',
    "issueDate": lambda _, number, __: f'"{_day(number)}"',
    "items": _items,
    "total": lambda variant, number, _: _amount(_cents(variant, number)),
    "taxedTotal": lambda variant, number, _: _amount(_cents(variant, number) * 122 // 100),
}
"""The members that the contestants ask for; another one is a mistake of the benchmark, and an error."""
