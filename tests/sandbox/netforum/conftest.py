"""The tenant and its books, anew for each test."""

from __future__ import annotations

from datetime import date

import httpx
import pytest

from sandbox import netforum
from sandbox.books import Account, Address, Books, Customer
from sandbox.faults import Switchboard
from tests.sandbox.netforum.tenant import (
    FIRST,
    KEY,
    PAID,
    PAID_UP,
    SECOND,
    Clock,
    connected,
    invoice,
)


@pytest.fixture
def books() -> Books:
    address = Address(street1="1 Main St", city="Springfield", region="IL", postal_code="62701", country="US")
    customer = Customer("C-1", "Ann O'Neil", "O'Neil & Sons", "ann@example.org", "", "en-US", address)
    accounts = tuple(Account("C-1", "association", key, f"00{n}") for n, key in enumerate([KEY, *PAID_UP]))
    invoices = {
        ("association", KEY): [
            invoice(SECOND, "0107106", "296.00", "118.40", issued=date(2013, 2, 9)),
            invoice(PAID, "90000", "10.00", "10.00"),
            invoice(FIRST, "0070145", "600", membership="AV_Inst Mbr", raw={"inv_total": "600.0000000"}),
        ],
        **{("association", key): [] for key in PAID_UP},
    }
    return Books((customer,), accounts, invoices)


@pytest.fixture
def board() -> Switchboard:
    return Switchboard()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(books: Books, board: Switchboard, clock: Clock) -> httpx.AsyncClient:
    return connected(books, board, netforum.Settings(clock=clock))
