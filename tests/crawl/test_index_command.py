"""`invoice-graph index` over the emulator: from a directory without an index to lists of a source that has none."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from resolvers.model.identity import invoice_id
from sandbox import demo_files
from sandbox.books import Account
from sandbox.faults import Fault
from sandbox.server import Sandbox
from tests.conftest import ROOT, _environ
from tests.writing.conftest import OwnGateway

LIST = """query ($id: ID!) { customer(id: $id) { invoices(first: 100, filter: {sources: ["orders"]}) {
  isComplete totalCount nodes { sourceInvoiceId } sources { source { name } status } } } }"""

ENTITIES = """query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Invoice { number } } }"""


@pytest.fixture
def gateway(sandbox: Sandbox, tmp_path: Path) -> Iterator[OwnGateway]:
    """A directory of customers and accounts, without any index; not started."""
    made = unindexed(sandbox, tmp_path)
    yield made
    if made.process is not None:
        made.kill()


def unindexed(sandbox: Sandbox, directory: Path) -> OwnGateway:
    demo_files.write_csv(sandbox.books, directory)
    configuration = demo_files.write_configuration(directory, 9100, 8000)
    made = OwnGateway(directory, configuration, _environ(sandbox))
    names = [str(directory / name) for name in ("customers.csv", "accounts.csv")]
    run(made, "customers", "import", *names).check_returncode()
    return made


def run(gateway: OwnGateway, *command: str) -> subprocess.CompletedProcess[str]:
    """One command of the real command line, with the gateway's configuration."""
    return subprocess.run(
        [sys.executable, "-m", "service", *command, "--config", str(gateway.configuration)],
        env=gateway.environ | {"COLUMNS": "200"},
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def index(gateway: OwnGateway, source: str, first: int, last: int, *options: str) -> subprocess.CompletedProcess[str]:
    return run(gateway, "index", source, "--from", str(first), "--to", str(last), *options)


def ask(gateway: OwnGateway, query: str, **variables: object) -> Any:
    reply = httpx.post(
        f"{gateway.url}/graphql", json={"query": query, "variables": variables}, timeout=20, trust_env=False
    )
    return reply.json()["data"]


def asked(sandbox: Sandbox) -> list[int]:
    """The numbers that the emulator was asked for since it was last looked at, in order."""
    numbers = sorted(int(number) for call in sandbox.board.calls for number in call.ids)
    sandbox.board.calls.clear()
    return numbers


def numbers_of(sandbox: Sandbox, account: Account) -> list[int]:
    return sorted(int(invoice.id) for invoice in sandbox.books.invoices["orders", account.key])


@pytest.fixture
def account(sandbox: Sandbox) -> Account:
    """The account at the order API with the fewest numbers between its first and its last."""
    accounts = [one for one in sandbox.books.accounts if one.source == "orders" and len(numbers_of(sandbox, one)) > 1]
    return min(accounts, key=lambda one: numbers_of(sandbox, one)[-1] - numbers_of(sandbox, one)[0])


def test_a_customers_list_works_once_their_numbers_were_crawled(
    gateway: OwnGateway, sandbox: Sandbox, account: Account
) -> None:
    numbers = numbers_of(sandbox, account)
    gateway.start()

    before = ask(gateway, LIST, id=account.customer_id)["customer"]["invoices"]
    crawled = index(gateway, "orders", numbers[0] - 2, numbers[-1] + 2, "--complete-index")
    after = ask(gateway, LIST, id=account.customer_id)["customer"]["invoices"]

    assert (before["isComplete"], before["totalCount"], before["nodes"]) == (False, None, [])
    assert {"source": {"name": "orders"}, "status": "NOT_INDEXED"} in before["sources"]
    assert (crawled.returncode, crawled.stdout.count(" 0 numbers known before")) == (0, 1), crawled.stderr
    assert (after["isComplete"], after["totalCount"]) == (True, len(numbers))
    assert sorted(int(node["sourceInvoiceId"]) for node in after["nodes"]) == numbers


def test_a_fault_in_the_middle_ends_it_with_code_1_and_the_next_run_asks_for_the_rest_alone(
    gateway: OwnGateway, sandbox: Sandbox
) -> None:
    first, last = 300_110, 300_149
    sandbox.board.faults["orders"] = Fault("status_401", after=20)
    sandbox.board.calls.clear()

    broken = index(gateway, "orders", first, last, "--concurrency", "2")
    sandbox.board.faults.clear()
    answered = {int(number) for call in sandbox.board.calls if call.status == 200 for number in call.ids}
    sandbox.board.calls.clear()
    whole = index(gateway, "orders", first, last)

    assert broken.returncode == 1
    assert broken.stdout.startswith("20 numbers asked, ")
    assert (
        "Stopped: The source did not accept the gateway's credentials (SOURCE_AUTH_FAILED). Run it again to go on."
        in (broken.stderr)
    )
    assert (whole.returncode, "20 numbers known before" in whole.stdout) == (0, True)
    assert asked(sandbox) == sorted(set(range(first, last + 1)) - answered)


def test_numbers_that_nobody_asked_for_are_named_and_keep_the_index_from_being_complete(gateway: OwnGateway) -> None:
    some = index(gateway, "orders", 300_110, 300_111)
    all_ = index(gateway, "orders", 300_114, 300_115, "--complete-index")

    assert (some.returncode, all_.returncode) == (0, 1)
    assert all_.stderr.endswith(
        "300112 to 300113 were never asked for: the index is not complete. Run it with these, too.\n"
    )


def test_an_answer_that_cannot_be_read_is_named_and_costs_no_other(gateway: OwnGateway, sandbox: Sandbox) -> None:
    sandbox.board.faults["orders"] = Fault("html_200", after=3, times=1)

    crawled = index(gateway, "orders", 300_110, 300_119, "--concurrency", "1")

    assert crawled.returncode == 1
    assert crawled.stdout.startswith("10 numbers asked, 9 invoices found, ")
    assert "The source's answers for 300113 could not be read: the index is not complete." in crawled.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nowhere", 1, 2), "No source is named 'nowhere'. There are: association, orders, shop, webstore, wholesale."),
        (("shop", 1, 2), "shop needs no index: it lists an account's invoices by itself."),
        (("orders", 3, 2), "--to: is less than --from."),
    ],
)
def test_what_cannot_be_crawled_is_said_in_a_line(
    gateway: OwnGateway, sandbox: Sandbox, arguments: tuple[str, int, int], sentence: str
) -> None:
    sandbox.board.calls.clear()

    refused = index(gateway, *arguments)

    assert (refused.returncode, refused.stdout, refused.stderr) == (2, "", f"{sentence}\n")
    assert sandbox.board.calls == []


def test_an_invoice_that_was_asked_for_is_in_the_index_from_then_on(
    gateway: OwnGateway, sandbox: Sandbox, account: Account
) -> None:
    numbers = numbers_of(sandbox, account)[:3]
    ids = [invoice_id("orders", account.key, str(number)) for number in numbers]
    gateway.start()
    sandbox.board.calls.clear()

    ask(gateway, "query ($id: ID!) { invoice(id: $id) { number } }", id=ids[0])
    ask(gateway, "query ($ids: [ID!]!) { invoices(ids: $ids) { number } }", ids=ids[:2])
    representations = [{"__typename": "Invoice", "id": id_} for id_ in ids]
    ask(gateway, ENTITIES, representations=representations)
    calls = len(asked(sandbox))
    stop(gateway)

    assert calls == 1 + 2 + len(ids)
    assert indexed(gateway) == [(account.key, number) for number in numbers]


def stop(gateway: OwnGateway) -> None:
    """Ends it in good order."""
    assert gateway.process is not None
    gateway.process.terminate()
    gateway.process.wait(timeout=20)


def indexed(gateway: OwnGateway) -> list[tuple[str, int]]:
    """Account key and number of all that the directory knows of the order API."""
    statement = "SELECT account_key, CAST(invoice_id AS INTEGER) FROM indexed_invoices WHERE source = 'orders'"
    with closing(sqlite3.connect(gateway.directory / "invoice-graph.db")) as connection:
        return sorted(connection.execute(statement))
