"""What the directory answers, with how many statements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from resolvers.customers.directory import SqlDirectory
from resolvers.model.customer import Account, Customer
from resolvers.model.directory import Directory
from resolvers.model.identity import AccountRef, account_id
from resolvers.model.source import IndexedInvoice
from tests.customers.loading import Load, accounts_in, customers_in

CUSTOMERS = """\
id,name,company_name,email,phone,locale
C-1,Ada Müller,Müller Fietsen,ada@example.org,+31 20 1,nl-NL
C-2,Bram,,bram@example.org,,
C-3,,50%_off \\ Ltd,,,en-GB
a-4,Cees,,,,
"""
ACCOUNTS = """\
customer,source,account_key,number,label,secret,context
C-1,shop,0070145,0070145,Main shop,,"{""divisionCode"": ""100"", ""area"": ""north""}"
C-1,orders,17,,,s3cret,
C-2,shop,0070146,twice,,,
C-2,orders,18,twice,,,
a-4,shop,guid-4,twice,,,
a-4,orders,17b,0070145,,,
"""
INVOICES = """\
source,account_key,invoice_id,issue_date
orders,17,9002,2026-02-01
orders,17,9001,
"""


@pytest.fixture
async def loaded(load: Load, directory: SqlDirectory) -> SqlDirectory:
    report = await load(customers=CUSTOMERS, accounts=ACCOUNTS, invoices=INVOICES, completes_index=True)
    assert not report.problems
    return directory


def _ids(customers: list[Customer]) -> list[str]:
    return [customer.id for customer in customers]


def _keys(accounts: list[Account]) -> list[str]:
    return [account.key for account in accounts]


async def _page(
    directory: Directory,
    *,
    first: int = 10,
    after: str | None = None,
    search: str | None = None,
    within: frozenset[str] | None = None,
) -> list[str]:
    page = await directory.customer_page(first=first, after=after, search=search, within=within)
    return _ids(page.customers)


async def test_known_customers_come_by_id_and_unknown_ones_are_absent(loaded: SqlDirectory) -> None:
    customers = await customers_in(loaded, ["C-3", "nobody", "C-1"])

    assert customers == {
        "C-1": Customer(
            id="C-1",
            name="Ada Müller",
            company_name="Müller Fietsen",
            email="ada@example.org",
            phone="+31 20 1",
            locale="nl-NL",
        ),
        "C-3": Customer(id="C-3", company_name="50%_off \\ Ltd", locale="en-GB"),
    }


async def test_an_account_carries_all_that_the_files_said(loaded: SqlDirectory) -> None:
    shop, orders = AccountRef("shop", "0070145"), AccountRef("orders", "17")

    accounts = await loaded.accounts([orders, shop, AccountRef("shop", "17")])

    assert accounts.keys() == {shop, orders}
    assert accounts[shop] == Account(
        id=account_id("shop", "0070145"),
        source="shop",
        key="0070145",
        customer_id="C-1",
        number="0070145",
        label="Main shop",
        context=(("area", "north"), ("divisionCode", "100")),
    )
    assert accounts[orders].known_invoices == 2
    secret = accounts[orders].secret
    assert secret is not None
    assert secret.reveal() == "s3cret"


async def test_customers_come_with_their_accounts_by_ascending_id(loaded: SqlDirectory) -> None:
    accounts = await accounts_in(loaded, ["C-2", "C-3", "C-1", "nobody"])

    assert {customer: set(_keys(theirs)) for customer, theirs in accounts.items()} == {
        "C-1": {"0070145", "17"},
        "C-2": {"0070146", "18"},
    }
    for theirs in accounts.values():
        assert [account.id for account in theirs] == sorted(account.id for account in theirs)


async def test_a_page_carries_its_customers_with_the_accounts_of_each(loaded: SqlDirectory) -> None:
    page = await loaded.customer_page(first=3, after=None, search=None, within=None)

    assert _ids(page.customers) == ["C-1", "C-2", "C-3"]
    assert page.accounts == await accounts_in(loaded, ["C-1", "C-2", "C-3"])
    assert page.has_next


async def test_pages_go_through_all_customers_in_the_order_of_their_bytes(loaded: SqlDirectory) -> None:
    page = await loaded.customer_page(first=2, after="C-2", search=None, within=None)

    assert _ids(page.customers) == ["C-3", "a-4"]
    assert not page.has_next
    assert await _page(loaded, after="a-4") == []


@pytest.mark.parametrize(
    ("search", "found"),
    [
        pytest.param("müLLER", ["C-1"], id="in any case, also beyond ASCII"),
        pytest.param("Mu\u0308ller F", ["C-1"], id="composed or not"),
        pytest.param("C-", ["C-1", "C-2", "C-3"], id="a part of the id"),
        pytest.param("BRAM@", ["C-2"], id="a part of the e-mail"),
        pytest.param("%", ["C-3"], id="a percent sign is a percent sign"),
        pytest.param("0%_o", ["C-3"], id="an underscore is an underscore"),
        pytest.param("\\ l", ["C-3"], id="a backslash is a backslash"),
        pytest.param("C_1", [], id="no wildcards"),
        pytest.param("+31", [], id="not by phone"),
        pytest.param("Ada MüllerMüller", [], id="not across values"),
        pytest.param("Müller\x1fMüller", [], id="not across values by what stands between them"),
        pytest.param("\x1f", [], id="nothing but what stands between values"),
        pytest.param("", ["C-1", "C-2", "C-3", "a-4"], id="nothing finds all"),
        pytest.param("\0", [], id="NUL"),
        pytest.param("\ud800", [], id="half a character"),
        pytest.param("a" * 60_000, [], id="longer than any value"),
    ],
)
async def test_a_search_finds_parts_of_values(loaded: SqlDirectory, search: str, found: list[str]) -> None:
    assert await _page(loaded, search=search) == found
    assert await loaded.count_customers(search=search, within=None) == len(found)


async def test_within_limits_a_page_and_its_count(loaded: SqlDirectory) -> None:
    mine = frozenset({"C-2", "C-3", "nobody"})

    assert await _page(loaded, within=mine) == ["C-2", "C-3"]
    assert await _page(loaded, within=mine, search="bram") == ["C-2"]
    assert await _page(loaded, within=frozenset()) == []
    assert await loaded.count_customers(search=None, within=mine) == 2
    assert await loaded.count_customers(search=None, within=frozenset()) == 0


async def test_an_account_is_found_by_the_number_that_people_know(loaded: SqlDirectory) -> None:
    account = await loaded.account_by_number("shop", "0070145")

    assert account is not None
    assert account.customer_id == "C-1"
    assert await loaded.account_by_number("shop", "70145") is None
    assert await loaded.account_by_number("orders", "17") is None


async def test_a_number_that_two_accounts_have_finds_neither(loaded: SqlDirectory) -> None:
    assert await loaded.account_by_number("shop", "twice") is None
    assert await loaded.account_by_number("orders", "twice") is not None


async def test_customer_numbers_are_account_keys_or_numbers_of_that_source(loaded: SqlDirectory) -> None:
    numbers = await loaded.customer_numbers("shop", ["0070145", "guid-4", "17", "unknown"])

    assert numbers == {"0070145": {"C-1"}, "guid-4": {"a-4"}}


async def test_a_number_of_two_customers_is_of_both(loaded: SqlDirectory) -> None:
    assert await loaded.customer_numbers("shop", ["twice"]) == {"twice": {"C-2", "a-4"}}
    assert await loaded.customer_numbers("orders", ["twice"]) == {"twice": {"C-2"}}


async def test_the_index_tells_known_invoices_and_null_where_it_was_never_completed(loaded: SqlDirectory) -> None:
    accounts = await loaded.accounts(
        [AccountRef("orders", "17"), AccountRef("orders", "18"), AccountRef("shop", "0070145")]
    )
    gone = Account(id=account_id("orders", "gone"), source="orders", key="gone", customer_id="C-1")

    invoices = await loaded.invoices_of([*accounts.values(), gone])

    assert invoices == {
        account_id("orders", "17"): [IndexedInvoice("9001"), IndexedInvoice("9002", date(2026, 2, 1))],
        account_id("orders", "18"): [],
        account_id("shop", "0070145"): None,
        gone.id: None,
    }


async def test_the_sources_whose_accounts_have_secrets_are_known(loaded: SqlDirectory) -> None:
    assert await loaded.sources_with_secrets() == {"orders"}


MANY = [f"K-{number}" for number in range(40_000)]
MANY_REFS = [AccountRef("shop", key) for key in MANY]
MANY_ACCOUNTS = [Account(id=key, source="shop", key=key, customer_id="C-1") for key in MANY[:5_000]]


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda directory: directory.customers(MANY), id="customers"),
        pytest.param(lambda directory: directory.accounts(MANY_REFS), id="accounts"),
        pytest.param(lambda directory: directory.customer_numbers("shop", MANY), id="customer_numbers"),
        pytest.param(lambda directory: directory.invoices_of(MANY_ACCOUNTS), id="invoices_of"),
        pytest.param(lambda directory: directory.account_by_number("shop", "0070145"), id="account_by_number"),
        pytest.param(lambda directory: _page(directory, search="a", within=frozenset(MANY)), id="customer_page"),
        pytest.param(
            lambda directory: directory.count_customers(search="a", within=frozenset(MANY)), id="count_customers"
        ),
    ],
)
async def test_each_question_is_one_statement_however_many_keys(
    loaded: SqlDirectory, statements: list[str], ask: Callable[[SqlDirectory], Awaitable[object]]
) -> None:
    statements.clear()

    await ask(loaded)

    assert len(statements) == 1


async def test_no_key_is_no_statement(loaded: SqlDirectory, statements: list[str]) -> None:
    statements.clear()

    answers = [
        await loaded.customers([]),
        await loaded.accounts([]),
        await loaded.customer_numbers("shop", []),
        await loaded.invoices_of([]),
    ]

    assert answers == [{}] * 4
    assert statements == []


@pytest.mark.parametrize("key", ["\0", "C-1\0", "\ud800", "'", '"', "x" * 10_000])
async def test_keys_that_no_row_can_have_are_unknown(loaded: SqlDirectory, key: str) -> None:
    assert (await loaded.customers([key, "C-1"])).keys() == {"C-1"}
    assert await loaded.accounts([AccountRef("shop", key), AccountRef(key, "17")]) == {}
    assert await loaded.account_by_number("shop", key) is None
    assert await loaded.customer_numbers("shop", [key]) == {}
