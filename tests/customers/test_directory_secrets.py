"""Secrets at rest: closed until they are sent, and a lost key costs its own accounts only."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.directory import SqlDirectory
from resolvers.customers.secrets import NoSecretKey, Secrets
from resolvers.customers.tables import accounts_table
from resolvers.keys import KeyRing
from resolvers.model.customer import Secret
from resolvers.model.errors import SourceAuthFailed
from resolvers.model.identity import AccountRef
from tests.customers.loading import Load, accounts_in

ACCOUNT = AccountRef("webstore", "4711")


def _secrets(*keys: str) -> Secrets:
    return Secrets(KeyRing(keys))


def test_a_secret_opens_with_an_older_key_too() -> None:
    sealed = _secrets("old").seal(Secret("78FzLADvJ3naIe8d/CJQMA"), ACCOUNT)

    assert _secrets("new", "old").unseal(sealed, ACCOUNT).reveal() == "78FzLADvJ3naIe8d/CJQMA"


def test_a_sealed_secret_does_not_hold_its_text_and_shows_nothing() -> None:
    secrets = _secrets("key")
    sealed = secrets.seal(Secret("hunter2"), ACCOUNT)
    secret = secrets.unseal(sealed, ACCOUNT)

    assert "hunter2" not in sealed
    assert [repr(secret), str(secret), f"{secret}"] == ["Secret(***)"] * 3


def test_sealing_needs_a_key() -> None:
    assert not _secrets().has_key
    with pytest.raises(NoSecretKey, match=r"server\.secret_keys is empty"):
        _secrets().seal(Secret("hunter2"), ACCOUNT)


@pytest.mark.parametrize(
    ("keys", "remedy"), [((), "needs the key it was stored with"), (("other",), "put back the key it was stored with")]
)
def test_a_secret_that_no_key_opens_names_the_account_and_the_remedy(keys: tuple[str, ...], remedy: str) -> None:
    sealed = _secrets("lost").seal(Secret("hunter2"), ACCOUNT)
    secret = _secrets(*keys).unseal(sealed, ACCOUNT)

    with pytest.raises(SourceAuthFailed) as raised:
        secret.reveal()

    assert raised.value.source == "webstore"
    for words in ("account '4711' at source 'webstore'", "server.secret_keys", remedy):
        assert words in raised.value.detail
    assert "hunter2" not in raised.value.detail
    assert sealed not in raised.value.detail
    assert "4711" not in str(raised.value)


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "no base64 at all: é",
        "c2hvcnQ=",
        "AAAAAAAAAAAAAAAAAAAA",
        _secrets("key").seal(Secret("hunter2"), AccountRef("webstore", "4712")),
        _secrets("key").seal(Secret("hunter2"), AccountRef("orders", "4711")),
    ],
    ids=["empty", "no base64", "shorter than a nonce", "shorter than a tag", "another account's", "another source's"],
)
def test_what_was_not_sealed_for_this_account_does_not_open(stored: str) -> None:
    secrets = _secrets("key")

    with pytest.raises(SourceAuthFailed) as raised:
        secrets.unseal(stored, ACCOUNT).reveal()

    assert "import it again" in raised.value.detail
    assert not secrets.is_seal_of(stored, Secret("hunter2"), ACCOUNT)


def test_one_secret_sealed_twice_looks_different() -> None:
    secrets = _secrets("key")

    assert secrets.seal(Secret("hunter2"), ACCOUNT) != secrets.seal(Secret("hunter2"), ACCOUNT)


async def test_a_lost_key_leaves_the_other_accounts_of_a_query_in_place(load: Load, engine: AsyncEngine) -> None:
    await load(
        customers="id\nC-1\n",
        accounts="customer,source,account_key,secret\nC-1,shop,1,hunter2\nC-1,orders,2,\n",
    )

    accounts = await accounts_in(SqlDirectory(engine, _secrets("another")), ["C-1"])

    assert {account.key for account in accounts["C-1"]} == {"1", "2"}


async def test_importing_again_after_a_new_key_seals_with_it_so_that_the_old_one_can_go(
    load: Load, engine: AsyncEngine
) -> None:
    accounts = "customer,source,account_key,secret\nC-1,shop,1,hunter2\n"
    await load(_secrets("old"), customers="id\nC-1\n", accounts=accounts)

    renewed = await load(_secrets("new", "old"), accounts=accounts)
    again = await load(_secrets("new", "old"), accounts=accounts)

    assert (renewed.changed, again.changed) == (1, 0)
    account = (await accounts_in(SqlDirectory(engine, _secrets("new")), ["C-1"]))["C-1"][0]
    assert account.secret is not None
    assert account.secret.reveal() == "hunter2"


async def test_without_a_key_rows_with_secrets_are_rejected_and_the_others_stay(load: Load) -> None:
    report = await load(
        _secrets(),
        customers="id\nC-1\n",
        accounts="customer,source,account_key,secret\nC-1,shop,1,hunter2\nC-1,orders,2,\n",
    )

    assert (report.added, report.rejected) == (2, 1)
    [problem] = report.problems
    assert problem.line == 2
    assert "server.secret_keys" in problem.message
    assert "hunter2" not in problem.message


async def test_the_database_holds_no_secret_in_clear(load: Load, engine: AsyncEngine) -> None:
    await load(customers="id\nC-1\n", accounts="customer,source,account_key,secret\nC-1,shop,1,hunter2\n")

    async with engine.connect() as connection:
        [row] = (await connection.execute(select(accounts_table))).all()

    assert row.secret is not None
    assert "hunter2" not in str(tuple(row))
