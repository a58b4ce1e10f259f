"""One plausible invoice: lines, tax, shipping, what was paid. Counted in whole numbers, so that every sum is exact."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from sandbox.books import Account, Books, Invoice, Line
from sandbox.goods import TRADES, Good, Trade

TODAY = date(2026, 11, 21)
EXPONENTS = {"JPY": 0, "KWD": 3}
RATES = {"JPY": Decimal(160), "KWD": Decimal("0.33")}
# Two vendors list open invoices only: a larger share stays unpaid there, so that their lists are worth reading.
OPEN_ONLY = {"association": 0.55, "wholesale": 0.4}
WISHES = ("", "", "", "Leave at back door & ring twice", "Deliver before 10 < 12 am", "Call José first")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is settled about a document before it is written: whose it is, when, and its numbers at the source."""

    account: Account
    issued: date
    currency: str
    id: str
    number: str
    order_number: str


@dataclass(frozen=True, slots=True)
class _Sums:
    """A document's amounts in the currency's smallest unit."""

    net: int
    discount: int
    shipping: int
    fee: int
    tax: int

    @property
    def gross(self) -> int:
        return self.net - self.discount + self.shipping + self.fee + self.tax


def write(rng: Random, entry: Entry) -> Invoice:
    """The invoice of an entry: type, lines and sums by the source's trade, payment by its age."""
    trade = TRADES[entry.account.source]
    kind = _kind(rng, entry, trade)
    lines = _lines(rng, entry, trade, sign=-1 if kind == "credit_note" else 1)
    charged = kind != "credit_note"
    shipping = rng.choice(trade.shipping) if charged else ("", 0)
    payment = rng.choice(trade.payment) if charged else ("", 0)
    percent = rng.choice((5, 10, 20)) if _is_discounted(rng, entry, lines) else 0
    rounding = _rounding(entry, lines, percent)
    sums = _sums(entry, trade, lines, (shipping[1], payment[1]), percent, rounding)
    days = rng.choice(trade.days_to_pay)
    paid = 0 if kind == "proforma" else _paid(rng, entry, sums.gross)
    shipped = kind == "shipping_invoice" or entry.account.source == "orders"

    def amount(units: int) -> Decimal:
        return Decimal(units).scaleb(-EXPONENTS.get(entry.currency, 2))

    return Invoice(
        source=entry.account.source,
        account_key=entry.account.key,
        id=entry.id,
        number=entry.number,
        type=kind,
        status=_status(rng, entry, open_amount=sums.gross - paid),
        issued=entry.issued,
        due=None if days is None else entry.issued + timedelta(days),
        shipped=_shipped(rng, entry.issued) if shipped else None,
        currency=entry.currency,
        lines=tuple(lines),
        net=amount(sums.net),
        tax=amount(sums.tax),
        shipping=amount(sums.shipping),
        fee=amount(sums.fee),
        gross=amount(sums.gross),
        paid=amount(paid),
        discount=amount(sums.discount),
        discount_percent=Decimal(percent) if percent else None,
        order_number=entry.order_number,
        membership=next((line.sku for line in lines if line.sku.endswith(" Mbr")), ""),
        shipping_method=shipping[0],
        payment_method=payment[0],
        instructions=rng.choice(WISHES) if entry.account.source == "orders" else "",
        rounding=rounding,
    )


def _kind(rng: Random, entry: Entry, trade: Trade) -> str:
    chance = rng.random()
    if chance < trade.credit_notes:
        return "credit_note"
    if entry.account.source != "webstore":
        return "invoice"
    return "proforma" if chance < 0.12 else "shipping_invoice" if chance < 0.3 else "invoice"


def _lines(rng: Random, entry: Entry, trade: Trade, sign: int) -> list[Line]:
    count = min(rng.randint(1, trade.most_lines), len(trade.goods))
    domestic = entry.currency == "EUR" or entry.account.source != "wholesale"
    return [
        Line(
            sku=good.sku,
            name=good.name,
            quantity=Decimal(rng.randint(1, trade.most_pieces)),
            price=sign * _price(rng, entry, good),
            tax_rate=Decimal(good.tax_percent if domestic else 0),
            weight=good.weight,
            note=good.note if rng.random() < 0.2 else "",
        )
        for good in rng.sample(trade.goods, count)
    ]


def _price(rng: Random, entry: Entry, good: Good) -> Decimal:
    """The list price or a tenth off, in the currency's scale; Open2b's prices have three decimals."""
    exponent = 3 if entry.account.source == "webstore" else EXPONENTS.get(entry.currency, 2)
    mills = good.mills * RATES.get(entry.currency, 1) * rng.choice((100, 100, 90)) / 100
    return Decimal(_rounded(int(mills), 10 ** (3 - exponent))).scaleb(-exponent)


def _is_discounted(rng: Random, entry: Entry, lines: Sequence[Line]) -> bool:
    """Only the web store gives discounts, and only on one tax rate, where it is clear what they lower."""
    return entry.account.source == "webstore" and len({line.tax_rate for line in lines}) == 1 and rng.random() < 0.15


def _rounding(entry: Entry, lines: Sequence[Line], percent: int) -> str:
    """What is rounded: the web store says it, and rounds some documents by the item.

    That is left alone where a discount applies, of which nobody says how it is rounded. Nothing before the total is
    rounded where the lines are whole cents anyway.
    """
    chance = zlib.crc32(entry.id.encode()) % 8
    if entry.account.source != "webstore" or chance > 1:
        return "PerLine"
    if chance == 0:
        return "PerLine" if percent else "PerItem"
    return "Total" if all((line.quantity * line.price * 100) % 1 == 0 for line in lines) else "PerLine"


def _sums(
    entry: Entry, trade: Trade, lines: Sequence[Line], costs: tuple[int, int], percent: int, rounding: str
) -> _Sums:
    """Net, tax and charges. Charges are taxed at the highest of the lines' rates, the rest by class or by item."""
    if rounding == "PerItem":
        return _sums_of_items(lines, costs)
    exponent = EXPONENTS.get(entry.currency, 2)
    shipping, fee = (cost * 10**exponent // 100 for cost in costs)
    classes: dict[int, int] = {}
    for line in lines:
        units = _rounded(int((line.quantity * line.price).scaleb(3)), 10 ** (3 - exponent))
        classes[int(line.tax_rate)] = classes.get(int(line.tax_rate), 0) + units
    net = sum(classes.values())
    discount = _rounded(net * percent, 100)
    if trade.tax_permille is not None:
        return _Sums(net, discount, shipping, fee, _rounded(net * trade.tax_permille, 1000))
    classes[max(classes)] += shipping + fee - discount
    tax = sum(_rounded(units * rate, 100) for rate, units in classes.items())
    return _Sums(net, discount, shipping, fee, tax)


def _sums_of_items(lines: Sequence[Line], costs: tuple[int, int]) -> _Sums:
    """Of items in cents, rounded each before they are counted."""
    items = [(int(line.quantity), _rounded(int(line.price * 1000), 10), int(line.tax_rate)) for line in lines]
    tax = sum(quantity * _rounded(cents * rate, 100) for quantity, cents, rate in items)
    tax += _rounded(sum(costs) * max(rate for _, _, rate in items), 100)
    return _Sums(sum(quantity * cents for quantity, cents, _ in items), 0, *costs, tax)


def _rounded(value: int, divisor: int) -> int:
    """Divide to a whole number, half away from zero."""
    quotient = (2 * abs(value) + divisor) // (2 * divisor)
    return quotient if value >= 0 else -quotient


def _paid(rng: Random, entry: Entry, gross: int) -> int:
    """What came in so far: most old invoices in full, some in part, a few too much; recent ones often nothing yet."""
    age = (TODAY - entry.issued).days
    chance = rng.random()
    unpaid = OPEN_ONLY.get(entry.account.source) or (0.7 if age < 30 else 0.25 if age < 120 else 0.06)
    if chance < unpaid:
        return 0
    if chance < unpaid + 0.1:
        return gross * rng.randint(2, 8) // 10
    if chance < unpaid + 0.12 and gross > 0:
        return gross + rng.choice((1000, 2500))
    return gross


def _status(rng: Random, entry: Entry, open_amount: int) -> str:
    if entry.account.source != "webstore":
        return "open" if open_amount else "closed"
    chance = rng.random()
    if chance < 0.04:
        return "disputed" if chance < 0.02 else "cancelled"
    if (TODAY - entry.issued).days > 365:
        return "archived"
    return "sent" if chance < 0.6 else "open"


def _shipped(rng: Random, issued: date) -> datetime:
    seconds = rng.randrange(8 * 3600, 18 * 3600)
    return datetime.combine(issued + timedelta(rng.randint(0, 3)), time()) + timedelta(seconds=seconds)


def next_invoice(books: Books, source: str, account_key: str) -> Invoice:
    """A new invoice of an account, issued today and newer than all others; the caller puts it into the books."""
    account, listed = books.account(source, account_key), books.of(source, account_key)
    if account is None or listed is None:
        raise LookupError(f"{source} has no account {account_key}")
    rng = Random(f"{source} {account_key} {len(listed)}")
    ids = [invoice.id for invoice in books.of_source(source)]
    invoice_id = str(UUID(int=rng.getrandbits(128), version=4)) if source == "association" else _following(ids)
    currency = listed[0].currency if listed else "USD" if source in ("association", "orders") else "EUR"
    number = invoice_id if source != "association" else str(900_000 + len(listed))
    return write(rng, Entry(account, TODAY, currency, invoice_id, number, ""))


def _following(ids: Sequence[str]) -> str:
    """The id after the highest one that is in use, whatever letters stand before its digits."""
    highest = max((known for known in ids if known[-1:].isdigit()), key=lambda known: (len(known), known))
    digits = highest.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return highest.removesuffix(digits) + str(int(digits) + 1).zfill(len(digits))
