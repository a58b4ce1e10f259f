"""The generation of the books: the same customers, accounts and invoices for the same seed, on every machine."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from operator import attrgetter
from random import Random
from uuid import UUID

from sandbox import exhibits
from sandbox.billing import TODAY, Entry, write
from sandbox.books import SOURCES, Account, Address, Books, Customer, Invoice
from sandbox.goods import TRADES
from sandbox.places import BRITAIN, COUNTRIES, NETHERLANDS, business

CUSTOMERS = 300
DAYS = 3 * 365
# Drawn from one sequence of chance, in this order. Each further source has its own, which moves nothing of theirs.
TOGETHER = ("association", "shop", "webstore", "orders", "wholesale")
SHARE = {"association": 0.45, "shop": 0.5, "webstore": 0.5, "orders": 0.3, "wholesale": 0.5}
MOST = {"association": 30, "shop": 59, "webstore": 80, "orders": 25, "wholesale": 80}
FIRST_NUMBERS = {"association": 123456, "shop": 10025, "webstore": 4711, "orders": 212214, "wholesale": 104233}
CURRENCIES = {"association": "USD", "shop": "EUR", "webstore": "EUR", "orders": "USD", "wholesale": "EUR"}


@dataclass(frozen=True, slots=True)
class Plan:
    """An account to open for a customer: how many invoices, and in which currencies Kruitbosch's rows are."""

    source: str
    invoices: int
    currencies: tuple[str, ...] = ()
    label: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True)
class _Opened:
    """An account that was opened, with the plan it came from."""

    account: Account
    plan: Plan


EXPORT = ("EUR", "USD", "GBP", "CHF", "JPY", "KWD")
# What the first customers must show, because demos, tests and specifications ask for them by id.
FIRST: dict[str, tuple[Plan, ...]] = {
    "C-1001": (
        Plan("association", 12), Plan("shop", 24), Plan("webstore", 20), Plan("orders", 8), Plan("wholesale", 18),
    ),
    "C-1002": (
        Plan("shop", 22), Plan("webstore", 15), Plan("orders", 5), Plan("wholesale", 18, EXPORT, "Export desk"),
    ),
    "C-1003": (Plan("association", 6), Plan("shop", 12), Plan("wholesale", 10)),
    "C-1004": (),  # Sherlock Holmes, with Open2b's own sample
    "C-1005": (),
    "C-1006": (Plan("shop", 0), Plan("webstore", 6)),
    "C-1007": (Plan("webstore", 14, label="Milano"), Plan("webstore", 9, label="Outlet")),
    "C-1008": (Plan("shop", 20), Plan("shop", 21, label="Project Zuid", context="200")),
    "C-1041": (Plan("shop", 60), Plan("association", 11)),
    "C-1042": (Plan("webstore", 1000), Plan("orders", 7)),
    "C-1043": (Plan("association", 0), Plan("webstore", 0), Plan("orders", 0), Plan("wholesale", 0)),
    "C-1044": (Plan("wholesale", 40, EXPORT, "Export desk"), Plan("orders", 5)),
    "C-1300": (),  # the vendors' printed samples
}  # fmt: skip


def generate(seed: int = 2026) -> Books:
    """The books of a seed: 300 customers, about 20,000 invoices in the three years up to 21 November 2026.

    Raises LookupError where a source has no row in one of the tables that it is made from.
    """
    _refuse_missing_rows()
    rng = Random(seed)
    customers = [_customer(rng, number) for number in range(1001, 1001 + CUSTOMERS)]
    accounts, invoices = _trade(rng, TOGETHER, customers)
    for source in SOURCES:
        if source not in TOGETHER:
            opened, billed = _trade(Random(f"{seed} {source}"), (source,), customers)
            accounts += opened
            invoices |= billed
    exhibits.add(accounts, invoices)
    return Books(tuple(customers), tuple(sorted(accounts, key=attrgetter("customer_id"))), invoices)


def _refuse_missing_rows() -> None:
    tables: dict[str, Mapping[str, object]] = {
        "CURRENCIES": CURRENCIES,
        "FIRST_NUMBERS": FIRST_NUMBERS,
        "MOST": MOST,
        "SHARE": SHARE,
        "TRADES": TRADES,
    }
    for source in SOURCES:
        if missing := [name for name, table in tables.items() if source not in table]:
            raise LookupError(f"{source} has no row in {', '.join(missing)} (sandbox/generate.py, sandbox/goods.py)")


def _trade(
    rng: Random, sources: tuple[str, ...], customers: list[Customer]
) -> tuple[list[Account], dict[tuple[str, str], list[Invoice]]]:
    """The customers' accounts at these sources, and the invoices of each by source and key, newest first."""
    opened = list(_open_accounts(rng, sources, customers))
    invoices: dict[tuple[str, str], list[Invoice]] = {(o.account.source, o.account.key): [] for o in opened}
    for source in sources:
        for invoice in _bill(rng, source, [o for o in opened if o.account.source == source]):
            invoices[source, invoice.account_key].append(invoice)
    for listed in invoices.values():
        listed.reverse()
        listed.sort(key=attrgetter("issued"), reverse=True)
    return [o.account for o in opened], invoices


def _customer(rng: Random, number: int) -> Customer:
    customer_id = f"C-{number}"
    country = NETHERLANDS if number == 1001 else BRITAIN if number == 1004 else rng.choice(COUNTRIES)
    address = replace(business(rng, country), email=f"accounts@{customer_id.lower()}.example")
    address = exhibits.OWN_ADDRESSES.get(customer_id, address)
    return Customer(
        id=customer_id,
        name=f"{address.first_name} {address.last_name}",
        company_name=address.company_name,
        email=address.email,
        phone=address.phone,
        locale=country.locale,
        address=address,
    )


def _open_accounts(rng: Random, sources: tuple[str, ...], customers: list[Customer]) -> Iterator[_Opened]:
    numbers = dict(FIRST_NUMBERS)
    for customer in customers:
        for plan in FIRST[customer.id] if customer.id in FIRST else _plans(rng, sources, customer):
            if plan.source not in sources:
                continue
            number = numbers[plan.source]
            # The second custID must be 212215, the one of seansworld's sample.
            numbers[plan.source] += 1 if plan.source == "orders" and number < 212215 else rng.randint(1, 9)
            yield _Opened(_account(rng, customer, plan, number), plan)


def _plans(rng: Random, sources: tuple[str, ...], customer: Customer) -> Iterator[Plan]:
    """A random set of accounts; small ones for the first twenty customers, so that a page of them is read quickly."""
    early = customer.id < "C-1021"
    for source in sources:
        for nth in range(2 if rng.random() < 0.06 else 1):
            if rng.random() < SHARE[source]:
                most = (4 if source == "orders" else 9) if early else MOST[source]
                home = ("EUR", _currency(customer.address), _currency(customer.address))
                label = "Second account" if nth else ""
                yield Plan(source, rng.randint(0 if rng.random() < 0.1 else 1, most), home, label)


def _currency(address: Address) -> str:
    return next(country.currency for country in COUNTRIES if country.code == address.country)


def _account(rng: Random, customer: Customer, plan: Plan, number: int) -> Account:
    key = str(UUID(int=rng.getrandbits(128), version=4)) if plan.source == "association" else str(number)
    secret = base64.b64encode(rng.randbytes(16)).decode().rstrip("=") if plan.source == "webstore" else ""
    return Account(
        customer_id=customer.id,
        source=plan.source,
        key=key,
        number=f"{number:09d}" if plan.source == "association" else key,
        label=plan.label,
        secret=secret,
        context={"divisionCode": plan.context} if plan.context else {},
    )


def _bill(rng: Random, source: str, opened: list[_Opened]) -> Iterator[Invoice]:
    """All invoices of one source, oldest first, numbered in the order in which they were entered."""
    entered = sorted(
        ((day, index) for index, o in enumerate(opened) for day in _days(rng, o.plan.invoices)),
    )
    ids = _ids(rng, source)
    for serial, (day, index) in enumerate(entered, start=1):
        issued = TODAY - timedelta(DAYS - 1 - day)
        if source == "webstore" and rng.random() < 0.02:
            issued -= timedelta(rng.randint(1, 9))  # entered late: the ids do not follow the dates
        plan, invoice_id = opened[index].plan, next(ids)
        home = CURRENCIES[source]
        currency = rng.choice(plan.currencies or (home,)) if source == "wholesale" else home
        number, order_number = _numbers(source, serial, issued, invoice_id)
        yield write(rng, Entry(opened[index].account, issued, currency, invoice_id, number, order_number))


def _days(rng: Random, invoices: int) -> list[int]:
    """Days of issue; one in seven is also the day of the one before."""
    days: list[int] = []
    for _ in range(invoices):
        days.append(days[-1] if days and rng.random() < 0.15 else rng.randrange(DAYS))
    return days


def _ids(rng: Random, source: str) -> Iterator[str]:
    """The source's own identifiers, rising with time where the vendor's do."""
    match source:
        case "association":
            while True:
                yield str(UUID(int=rng.getrandbits(128), version=4))
        case "webstore":
            value = 662_800_000
            while True:
                value += rng.randint(3, 4000)
                yield str(value)
        case "shop":
            yield from (f"F{serial:07d}" for serial in count(2_300_117))
        case "orders":
            yield from map(str, count(300_104))
        case _:
            yield from map(str, count(2_404_871))


def _numbers(source: str, serial: int, issued: date, invoice_id: str) -> tuple[str, str]:
    """The printed number of the invoice and of its order."""
    match source:
        case "association":
            return str(107_106 + serial), ""
        case "webstore":
            return f"{issued.year}/{serial}", f"{issued.year}/{30_000 + serial}"
        case "shop":
            return invoice_id, f"SO-{400_000 + serial // 2}"
        case _:
            return invoice_id, ""
