"""The gate's second half: rows are looked at once more when they come back, whatever was asked for."""

from __future__ import annotations

import pytest

from resolvers.access import Principal, ViewerRole
from resolvers.customer_page import customer_page
from resolvers.model.customer import Account
from resolvers.model.directory import CustomerPage
from resolvers.model.identity import account_id
from resolvers.model.invoice import Invoice, Note
from resolvers.ownership import foreign_invoices
from tests.lists.bench import Bench
from tests.lists.register import Register
from tests.quality.invoices import invoice


def account(key: str, customer_id: str, source: str = "shop") -> Account:
    return Account(id=account_id(source, key), source=source, key=key, customer_id=customer_id)


class Generous(Register):
    """A directory that gives every customer to everybody."""

    async def customer_page(
        self, *, first: int, after: str | None, search: str | None, within: frozenset[str] | None
    ) -> CustomerPage:
        return await super().customer_page(first=first, after=after, search=search, within=None)


MINE, THEIRS = account("1", "C-1"), account("2", "C-2")


def row(of: Account, number: str = "7", **fields: object) -> Invoice:
    """A row as a source's mapping makes it for this account."""
    place = {"source": of.source, "account_key": of.key, "account_id": of.id, "source_invoice_id": number}
    return invoice(**place | fields)


@pytest.fixture
def register() -> Register:
    directory = Register()
    directory.numbers = {THEIRS.key: frozenset({THEIRS.customer_id})}
    return directory


async def test_a_row_of_another_account_is_foreign_whatever_brought_it(register: Register) -> None:
    own, *others = row(MINE), row(THEIRS), row(account("1", "C-1", source="orders"))

    assert await foreign_invoices(register, [(MINE, [own, *others])]) == {row.id for row in others}


async def test_a_row_that_names_another_customer_is_foreign(register: Register) -> None:
    named = row(MINE, customer_number="2", notes=(Note("ACCOUNT_MISMATCH"),))
    unknown = row(MINE, "8", customer_number="3", notes=(Note("ACCOUNT_MISMATCH"),))

    assert await foreign_invoices(register, [(MINE, [named, unknown])]) == {named.id}


async def test_a_row_whose_number_two_customers_have_is_shown_to_these_two_alone(register: Register) -> None:
    register.numbers = {"55": frozenset({"C-1", "C-2"})}
    third = account("3", "C-3")
    rows = {one: row(one, customer_number="55", notes=(Note("ACCOUNT_MISMATCH"),)) for one in (MINE, THEIRS, third)}

    foreign = await foreign_invoices(register, [(one, [invoice]) for one, invoice in rows.items()])

    assert foreign == {rows[third].id}


async def test_a_customer_who_is_not_the_callers_is_not_shown_whatever_the_directory_gives() -> None:
    bench = Bench({}, Generous([MINE, THEIRS]))
    principal = Principal("me", (ViewerRole.CUSTOMER,), frozenset({"C-1"}))
    session = bench.gateway.session(principal, bench.session().operation)

    page = await customer_page(session, first=9, after=None, search=None, count=False)

    assert [customer.id for customer in page.nodes] == ["C-1"]
