"""Documents from a link in an answer to the vendor's PDF: over real sockets, at a gateway of these tests' own."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from resolvers.model.identity import account_id
from sandbox.books import Account, Invoice
from sandbox.faults import Fault
from sandbox.kruitbosch import PASSWORD
from sandbox.server import Sandbox
from sandbox.shoxl.history import invoice_pdf
from tests.conftest import ROOT
from tests.writing.conftest import OwnGateway, imported

LINKS = "query ($id: ID!) { account(id: $id) { invoices(first: 100) { nodes { number documentUrl } } } }"
PATIENT = {
    "INVOICE_GRAPH__SOURCES__WHOLESALE__OPERATION": "overview",
    "INVOICE_GRAPH__SOURCES__SHOP__MAX_CONCURRENCY": "1",
    "INVOICE_GRAPH__SOURCES__SHOP__TIMEOUT_SECONDS": "60",
}


@pytest.fixture(scope="module")
def gateway(running_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnGateway]:
    """With Kruitbosch's overview, and one patient connection for Shoxl's documents."""
    made = imported(running_sandbox, tmp_path_factory.mktemp("documents"), **PATIENT)
    made.start()
    yield made
    made.kill()


@pytest.fixture
async def client(gateway: OwnGateway, sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=gateway.url, timeout=10, trust_env=False) as client:
        yield client


def of_c_1003(sandbox: Sandbox, source: str) -> Account:
    return next(one for one in sandbox.books.accounts if (one.customer_id, one.source) == ("C-1003", source))


async def links(client: httpx.AsyncClient, account: Account) -> dict[str, str | None]:
    """The account's links by invoice number, as addresses at the gateway's own port."""
    reply = await client.post(
        "/graphql", json={"query": LINKS, "variables": {"id": account_id(account.source, account.key)}}
    )
    nodes: list[dict[str, Any]] = reply.json()["data"]["account"]["invoices"]["nodes"]
    return {node["number"]: node["documentUrl"] and urlsplit(node["documentUrl"]).path for node in nodes}


async def some_link(client: httpx.AsyncClient, sandbox: Sandbox, source: str = "shop") -> tuple[Invoice, str]:
    account = of_c_1003(sandbox, source)
    found = await links(client, account)
    invoices = sandbox.books.invoices[source, account.key]
    return next((invoice, link) for invoice in invoices if (link := found.get(invoice.number)))


async def test_each_link_of_the_shop_opens_the_vendors_own_document(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    account = of_c_1003(sandbox, "shop")
    written = {invoice.number: invoice for invoice in sandbox.books.invoices["shop", account.key][:8]}

    found = await links(client, account)
    answers = {number: await client.get(found[number] or "") for number in written}

    assert {number: answer.content for number, answer in answers.items()} == {
        number: invoice_pdf(invoice) for number, invoice in written.items()
    }
    assert {answer.headers["content-type"] for answer in answers.values()} == {"application/pdf"}
    assert {answer.headers["cache-control"] for answer in answers.values()} == {"private, no-store"}
    assert {call.operation for call in sandbox.board.calls if call.source == "shop"} >= {"GetInvoice"}


async def test_the_overviews_links_open_and_where_the_wholesaler_has_none_there_is_none(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    found = await links(client, of_c_1003(sandbox, "wholesale"))

    opened = {number: (await client.get(link)).content for number, link in found.items() if link}

    assert opened
    assert all(content.startswith(b"%PDF-") and number.encode() in content for number, content in opened.items())


async def test_a_source_without_documents_has_no_links(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    found = await links(client, of_c_1003(sandbox, "association"))

    assert found
    assert set(found.values()) == {None}


async def test_a_link_tells_nothing_of_the_vendor_and_no_secret(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    for source in ("shop", "wholesale"):
        _, link = await some_link(client, sandbox, source)
        answer = await client.get(f"{link}x")

        assert answer.status_code == 404
        said = f"{link}{answer.text}{answer.headers}"
        assert str(sandbox.ports[source]) not in said
        assert PASSWORD not in said


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("status_503", "SOURCE_UNAVAILABLE"),
        ("status_401", "SOURCE_AUTH_FAILED"),
        ("html_200", "SOURCE_PROTOCOL_ERROR"),
        ("reset", "SOURCE_UNAVAILABLE"),
    ],
)
async def test_a_document_that_the_vendor_does_not_give_is_502_in_our_words(
    client: httpx.AsyncClient, sandbox: Sandbox, kind: str, code: str
) -> None:
    _, link = await some_link(client, sandbox)
    sandbox.board.faults["shop"] = Fault(kind, times=1, match="/documents/")

    answer = await client.get(link)

    assert answer.status_code == 502
    assert answer.json()["errors"][0]["extensions"] == {"code": code}
    told = str(answer.json()["errors"])  # the request's id beside them is of any digits
    assert not any(text in told for text in ("503", "401", "html", "Maintenance", sandbox.url("shop")))


async def test_a_document_that_is_cut_half_way_is_no_whole_answer(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    _, link = await some_link(client, sandbox)
    sandbox.board.faults["shop"] = Fault("truncated_wrong_length", times=1, match="/documents/")

    answer = await client.get(link)

    assert answer.status_code == 502


async def test_a_client_that_hangs_up_frees_the_connection_for_the_next(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    invoice, link = await some_link(client, sandbox)
    sandbox.board.calls.clear()
    sandbox.board.faults["shop"] = Fault("hang", times=1, match="/documents/")
    first = asyncio.create_task(client.get(link))
    async with asyncio.timeout(10):
        while not sandbox.board.calls:  # noqa: ASYNC110  # it is another thread that takes the call
            await asyncio.sleep(0.01)

    first.cancel()
    answer = await client.get(link)

    assert answer.content == invoice_pdf(invoice)


async def test_a_link_opens_nothing_once_the_account_has_moved(
    client: httpx.AsyncClient, sandbox: Sandbox, gateway: OwnGateway, tmp_path: Path
) -> None:
    _, link = await some_link(client, sandbox)
    account = of_c_1003(sandbox, "shop")
    before = await client.get(link)
    try:
        move(gateway, tmp_path, account, "C-1001")
        after = await client.get(link)
    finally:
        move(gateway, tmp_path, account, account.customer_id)

    assert (before.status_code, after.status_code) == (200, 404)
    assert (await client.get(link)).status_code == 200


def move(gateway: OwnGateway, directory: Path, account: Account, customer_id: str) -> None:
    """Makes the account another customer's, as an operator does."""
    path = directory / "accounts.csv"
    path.write_text(f"customer,source,account_key\n{customer_id},{account.source},{account.key}\n")
    command = [sys.executable, "-m", "service", "customers", "import", "--config", str(gateway.configuration)]
    subprocess.run([*command, str(path)], env=gateway.environ, check=True, cwd=ROOT, capture_output=True)


@pytest.mark.parametrize("method", ["HEAD", "POST"])
async def test_a_document_is_only_got(client: httpx.AsyncClient, sandbox: Sandbox, method: str) -> None:
    _, link = await some_link(client, sandbox)
    sandbox.board.calls.clear()

    answer = await client.request(method, link)

    assert (answer.status_code, answer.headers["allow"], sandbox.board.calls) == (405, "GET", [])


async def test_no_log_tells_how_to_open_a_document(
    client: httpx.AsyncClient, sandbox: Sandbox, gateway: OwnGateway
) -> None:
    _, link = await some_link(client, sandbox)

    await client.get(link)
    log = (gateway.directory / "gateway-1.log").read_text()

    assert "/documents/…" in log
    assert link.removeprefix("/documents/") not in log
