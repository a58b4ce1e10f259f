"""The books that all five emulated vendors share: who bought what, neutral of any vendor's shape.

Emulators read them and write them in their vendor's own way; nothing outside the sandbox imports this room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

SOURCES = ("association", "shop", "webstore", "orders", "wholesale")


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address with the buyer's names; empty strings where nothing is known."""

    first_name: str = ""
    last_name: str = ""
    company_name: str = ""
    company_code: str = ""
    company_code2: str = ""
    personal_code: str = ""
    street1: str = ""
    street2: str = ""
    city: str = ""
    postal_code: str = ""
    region: str = ""
    country: str = ""
    phone: str = ""
    mobile: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of the company that runs the gateway; `id` is the company's own."""

    id: str
    name: str
    company_name: str
    email: str
    phone: str
    locale: str
    address: Address


@dataclass(frozen=True, slots=True)
class Account:
    """A customer's account at one source. `secret` is what the vendor wants to see (Open2b's customer key)."""

    customer_id: str
    source: str
    key: str
    number: str
    label: str = ""
    secret: str = ""
    context: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `price` is net for one unit, `tax_rate` in percent."""

    sku: str
    name: str
    quantity: Decimal
    price: Decimal
    tax_rate: Decimal
    weight: Decimal = Decimal("0.250")
    note: str = ""


@dataclass(frozen=True, slots=True)
class Invoice:
    """One document. Amounts are exact; `net + tax + shipping + fee - discount = gross`; a credit note's are negative.

    `rounding` is what was rounded on the way to them, in Open2b's words: "PerItem", "PerLine", "Total". `raw` carries
    texts that a vendor writes in its own odd way, by the vendor's field name, such as `{"inv_total": "600.0000000"}`:
    the emulator writes them as they stand instead of its own rendering.
    """

    source: str
    account_key: str
    id: str
    number: str
    type: str  # "invoice", "credit_note", "proforma", "shipping_invoice"
    status: str  # "open", "sent", "disputed", "archived", "cancelled", "closed"
    issued: date | None
    due: date | None
    shipped: datetime | None
    currency: str
    lines: tuple[Line, ...]
    net: Decimal
    tax: Decimal
    shipping: Decimal
    fee: Decimal
    gross: Decimal
    paid: Decimal
    discount: Decimal = Decimal(0)
    discount_percent: Decimal | None = None
    order_number: str = ""
    membership: str = ""
    shipping_method: str = ""
    payment_method: str = ""
    instructions: str = ""
    rounding: str = "PerLine"
    raw: dict[str, str] = field(default_factory=dict)

    @property
    def balance(self) -> Decimal:
        """What is still to be paid."""
        return self.gross - self.paid


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that is known: the same for the same seed, on every machine.

    `invoices` is by (source, account key), newest first. Only `issue` and `restore` change it.
    """

    customers: tuple[Customer, ...] = field(repr=False)
    accounts: tuple[Account, ...] = field(repr=False)
    invoices: dict[tuple[str, str], list[Invoice]] = field(repr=False)
    _customers: dict[str, Customer] = field(default_factory=dict, init=False, repr=False)
    _accounts: dict[tuple[str, str], Account] = field(default_factory=dict, init=False, repr=False)
    _invoices: dict[tuple[str, str], Invoice] = field(default_factory=dict, init=False, repr=False)
    _issued: list[Invoice] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        self._customers.update((customer.id, customer) for customer in self.customers)
        self._accounts.update(((account.source, account.key), account) for account in self.accounts)
        for invoices in self.invoices.values():
            self._invoices.update(((invoice.source, invoice.id), invoice) for invoice in invoices)

    def customer(self, account: Account) -> Customer:
        """Who an account belongs to."""
        return self._customers[account.customer_id]

    def owner(self, invoice: Invoice) -> Customer:
        """Whose invoice it is."""
        return self.customer(self._accounts[invoice.source, invoice.account_key])

    def account(self, source: str, account_key: str) -> Account | None:
        """An account by its key; None where the source has no such account."""
        return self._accounts.get((source, account_key))

    def find(self, source: str, invoice_id: str) -> Invoice | None:
        """An invoice by the source's own id, whoever it belongs to."""
        return self._invoices.get((source, invoice_id))

    def of_source(self, source: str) -> Iterator[Invoice]:
        """All invoices of one source, in no particular order."""
        return (invoice for (name, _), invoice in self._invoices.items() if name == source)

    def issue(self, invoice: Invoice) -> None:
        """Put a new invoice on top of its account's list."""
        self.invoices[invoice.source, invoice.account_key].insert(0, invoice)
        self._invoices[invoice.source, invoice.id] = invoice
        self._issued.append(invoice)

    def restore(self) -> None:
        """Take out again what `issue` put in."""
        for invoice in self._issued:
            self.invoices[invoice.source, invoice.account_key].remove(invoice)
            del self._invoices[invoice.source, invoice.id]
        self._issued.clear()

    def of(self, source: str, account_key: str) -> list[Invoice] | None:
        """An account's invoices, newest first; None where the source has no such account."""
        return self.invoices.get((source, account_key))
