"""CSV files into the directory: what is written, what is counted, what is left out."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.directory import SqlDirectory
from resolvers.customers.importing import import_files
from resolvers.customers.report import FileReport
from resolvers.customers.secrets import Secrets
from resolvers.model.customer import Customer
from resolvers.model.identity import AccountRef, account_id
from resolvers.model.source import IndexedInvoice
from tests.customers.loading import Load, accounts_in, customers_in

CUSTOMERS = "id,name,email\nC-1,Ada,ada@example.org\nC-2,Bram,\n"
ACCOUNTS = "customer,source,account_key,number,secret,context\nC-1,orders,17,A17,hunter2,\nC-2,orders,18,A18,,\n"
INVOICES = "source,account_key,invoice_id,issue_date\norders,17,9001,2026-01-31\norders,17,9002,\n"


def _counts(file: FileReport) -> tuple[str | None, int, int, int, int]:
    return file.kind, file.added, file.changed, file.unchanged, file.rejected


async def _index(directory: SqlDirectory, key: str) -> list[IndexedInvoice] | None:
    account = (await directory.accounts([AccountRef("orders", key)]))[AccountRef("orders", key)]
    return (await directory.invoices_of([account]))[account_id("orders", key)]


async def test_files_are_imported_in_the_order_in_which_they_stand_on_one_another(load: Load) -> None:
    report = await load(invoices=INVOICES, accounts=ACCOUNTS, customers=CUSTOMERS)

    assert not report.problems
    assert [_counts(file) for file in report.files] == [
        ("customers", 2, 0, 0, 0),
        ("accounts", 2, 0, 0, 0),
        ("invoices", 2, 0, 0, 0),
    ]


async def test_importing_the_same_files_again_changes_nothing(load: Load) -> None:
    await load(customers=CUSTOMERS, accounts=ACCOUNTS, invoices=INVOICES)

    report = await load(customers=CUSTOMERS, accounts=ACCOUNTS, invoices=INVOICES)

    assert (report.added, report.changed, report.unchanged, report.rejected) == (0, 0, 6, 0)


async def test_what_differs_is_changed_and_counted(load: Load, directory: SqlDirectory) -> None:
    await load(customers=CUSTOMERS, accounts=ACCOUNTS, invoices=INVOICES)

    report = await load(
        customers=CUSTOMERS.replace("Bram", "Bert"),
        accounts=ACCOUNTS.replace("hunter2", "hunter3").replace("C-2", "C-1"),
        invoices=INVOICES.replace("9002,", "9002,2026-03-01"),
    )

    assert [(file.changed, file.unchanged) for file in report.files] == [(1, 1), (2, 0), (1, 1)]
    assert (await directory.count_customers(search="bert", within=None)) == 1
    assert (await directory.count_customers(search="bram", within=None)) == 0
    accounts = (await accounts_in(directory, ["C-1", "C-2"]))["C-1"]
    assert [account.secret and account.secret.reveal() for account in accounts] == ["hunter3", None]


async def test_an_empty_cell_empties_a_value_and_a_missing_column_leaves_it(
    load: Load, directory: SqlDirectory
) -> None:
    await load(customers="id,name,email,phone\nC-1,Ada,ada@example.org,1\n")

    report = await load(customers="phone,id,name\n,C-1,Eva\n")

    assert report.changed == 1
    assert await customers_in(directory, ["C-1"]) == {"C-1": Customer(id="C-1", name="Eva", email="ada@example.org")}
    assert (await directory.count_customers(search="ada@", within=None)) == 1


async def test_rows_whose_customer_or_account_is_unknown_are_reported_and_left_out(load: Load) -> None:
    report = await load(
        customers=CUSTOMERS,
        accounts="customer,source,account_key\nnobody,shop,1\nC-1,shop,2\n",
        invoices="source,account_key,invoice_id\nshop,2,9001\nshop,1,9002\n",
    )

    folder = Path(report.files[1].path).parent
    assert [str(problem) for problem in report.problems] == [
        f"{folder}/accounts.csv:2: customer: there is no customer 'nobody'; import it with customers.csv.",
        f"{folder}/invoices.csv:3: account_key: there is no account '1' at 'shop'; import it with accounts.csv.",
    ]
    assert (report.added, report.rejected) == (4, 2)


async def test_a_row_that_contradicts_another_file_is_reported_and_left_out(
    load: Load, directory: SqlDirectory
) -> None:
    moved = "customer,source,account_key,secret\nC-2,orders,17,hunter2\nC-2,orders,18,\n"

    report = await load(customers=CUSTOMERS, accounts=ACCOUNTS, more=moved)

    assert [str(problem).rpartition("/")[2] for problem in report.problems] == ["accounts.csv:2; keep one of them."]
    assert str(report.problems[0]).partition(": ")[0].endswith("more.csv:2")
    assert [(file.added, file.unchanged, file.rejected) for file in report.files] == [(2, 0, 0), (2, 0, 0), (0, 1, 1)]
    assert [account.key for account in (await accounts_in(directory, ["C-1"]))["C-1"]] == ["17"]


async def test_files_of_one_kind_add_to_one_another(load: Load, directory: SqlDirectory) -> None:
    report = await load(names="id,name\nC-1,Ada\n", phones="phone,id\n1,C-1\n", again="id,name,phone\nC-1,Ada,1\n")

    assert not report.problems
    assert (await customers_in(directory, ["C-1"]))["C-1"].phone == "1"


async def test_each_row_of_a_key_is_compared_with_all_files_before_it(load: Load) -> None:
    report = await load(names="id,name\nC-1,Ada\n", phones="phone,id\n1,C-1\n", others="id,phone\nC-1,2\n")

    assert [str(problem).rpartition("/")[2] for problem in report.problems] == ["phones.csv:2; keep one of them."]


async def test_an_index_whose_files_contradict_one_another_is_not_complete(load: Load, directory: SqlDirectory) -> None:
    await load(customers=CUSTOMERS, accounts=ACCOUNTS)

    report = await load(completes_index=True, invoices=INVOICES, others=INVOICES.replace("2026-01-31", "2026-01-30"))

    assert any("not marked as complete" in problem.message for problem in report.problems)
    assert await _index(directory, "17") is None


async def test_a_bad_row_stops_neither_its_file_nor_the_next(load: Load) -> None:
    report = await load(customers='id,name\nC-1,"open\n,x\nC-2,Bram\n', accounts=ACCOUNTS)

    assert [_counts(file) for file in report.files] == [("customers", 1, 0, 0, 2), ("accounts", 1, 0, 0, 1)]
    assert [problem.line for problem in report.problems] == [2, 3, 2]


async def test_a_file_that_cannot_be_used_is_named_and_the_others_are_imported(
    engine: AsyncEngine, secrets: Secrets, tmp_path: Path
) -> None:
    good, other, missing = tmp_path / "good.csv", tmp_path / "other.csv", tmp_path / "missing.csv"
    good.write_text(CUSTOMERS)
    other.write_text("colour,weight\nred,1\n")

    report = await import_files(engine, secrets, [missing, other, good], ["shop"])

    assert [_counts(file) for file in report.files] == [
        ("customers", 2, 0, 0, 0),
        (None, 0, 0, 0, 0),
        (None, 0, 0, 0, 1),
    ]
    assert str(report.problems[0]) == f"{missing}: cannot be read: No such file or directory."


async def test_ids_that_are_imported_are_added_and_say_nothing_of_the_others(
    load: Load, directory: SqlDirectory
) -> None:
    await load(customers=CUSTOMERS, accounts=ACCOUNTS, invoices=INVOICES)
    incomplete = await _index(directory, "17")
    await load(invoices=INVOICES, completes_index=True)

    await load(invoices="source,account_key,invoice_id\norders,17,9003\norders,17,\n")

    assert incomplete is None
    assert [invoice.source_invoice_id for invoice in await _index(directory, "17") or []] == ["9001", "9002", "9003"]


async def test_an_index_that_is_said_to_be_whole_completes_all_accounts_of_its_sources_and_no_others(
    load: Load, directory: SqlDirectory
) -> None:
    accounts = ACCOUNTS + "C-1,shop,17,,,\n"
    await load(customers=CUSTOMERS, accounts=accounts)
    before = await _index(directory, "17")

    await load(invoices=INVOICES, completes_index=True)
    await load(accounts=accounts + "C-2,orders,19,,,\n")

    shop = (await directory.accounts([AccountRef("shop", "17")]))[AccountRef("shop", "17")]
    assert before is None
    assert [invoice.source_invoice_id for invoice in await _index(directory, "17") or []] == ["9001", "9002"]
    assert await _index(directory, "18") == []
    assert await _index(directory, "19") is None
    assert await directory.invoices_of([shop]) == {shop.id: None}


async def test_an_index_with_a_row_that_cannot_be_read_completes_nothing_and_says_so(
    load: Load, directory: SqlDirectory
) -> None:
    report = await load(
        customers=CUSTOMERS, accounts=ACCOUNTS, invoices=INVOICES + "orders,18,9003,soon\n", completes_index=True
    )

    assert (report.files[2].added, report.rejected) == (2, 1)
    assert "the index was not marked as complete" in str(report.problems[0])
    assert await _index(directory, "17") is None


async def test_an_index_is_complete_whatever_is_wrong_with_a_customer_or_an_account(
    load: Load, directory: SqlDirectory
) -> None:
    report = await load(
        customers=CUSTOMERS + ",nameless,\n",
        accounts=ACCOUNTS + "C-1,shop,,,,\n",
        invoices=INVOICES,
        completes_index=True,
    )

    assert report.rejected == 2
    assert [invoice.source_invoice_id for invoice in await _index(directory, "17") or []] == ["9001", "9002"]


async def test_problems_come_by_their_lines_whenever_they_are_found(load: Load) -> None:
    report = await load(customers=CUSTOMERS, accounts="customer,source,account_key\nC-9,orders,1\nC-1,orders,\n")

    assert [problem.line for problem in report.problems] == [2, 3]


async def test_an_index_in_two_files_is_not_complete_when_one_of_them_cannot_be_used(
    load: Load, directory: SqlDirectory
) -> None:
    await load(customers=CUSTOMERS, accounts=ACCOUNTS)

    report = await load(invoices=INVOICES, more="invoice,of\n9003,17\n", completes_index=True)

    assert "the index was not marked as complete" in str(report.problems[0])
    assert await _index(directory, "17") is None


async def test_an_index_with_invoices_of_other_peoples_accounts_completes_ours(
    load: Load, directory: SqlDirectory
) -> None:
    report = await load(
        customers=CUSTOMERS, accounts=ACCOUNTS, invoices=INVOICES + "orders,99,9003,\n", completes_index=True
    )

    assert report.rejected == 1
    assert await _index(directory, "18") == []


async def test_twenty_thousand_rows_go_in_by_batches_with_progress(
    engine: AsyncEngine, secrets: Secrets, tmp_path: Path, statements: list[str]
) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("id,name\n" + "".join(f"C-{number:05},Customer {number}\n" for number in range(20_000)))
    seen: list[tuple[str, int, int]] = []

    report = await import_files(engine, secrets, [path], ["shop"], lambda *progress: seen.append(progress))

    assert report.added == 20_000
    assert seen == [(str(path), done, 20_000) for done in range(0, 20_001, 1_000)]
    assert len(statements) == 20 * 4
    assert await SqlDirectory(engine, secrets).count_customers(search=None, within=None) == 20_000


async def test_two_imports_at_once_add_each_row_once(engine: AsyncEngine, secrets: Secrets, tmp_path: Path) -> None:
    paths = [tmp_path / "customers.csv", tmp_path / "accounts.csv"]
    for path, text in zip(paths, (CUSTOMERS, ACCOUNTS), strict=True):
        path.write_text(text)

    first, second = await asyncio.gather(*(import_files(engine, secrets, paths, ["orders"]) for _ in range(2)))

    assert (first.added + second.added, first.unchanged + second.unchanged) == (4, 4)


async def test_the_report_shows_no_secret(load: Load) -> None:
    report = await load(customers=CUSTOMERS, accounts=ACCOUNTS + "C-1,nowhere,1,,hunter2,\nC-1,shop,,,hunter2,\n")

    assert report.rejected == 2
    assert "hunter2" not in repr(report)


@pytest.mark.parametrize("number", ["0070145", "600.0000000", "12345678901234567.89"])
async def test_numbers_and_keys_arrive_untouched(load: Load, directory: SqlDirectory, number: str) -> None:
    await load(customers=CUSTOMERS, accounts=f"customer,source,account_key,number\nC-1,shop,{number},{number}\n")

    account = await directory.account_by_number("shop", number)

    assert account is not None
    assert (account.key, account.number) == (number, number)
