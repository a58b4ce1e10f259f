"""The documents' door over a source in memory: who gets in, what they get, and what happens when one side goes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from itsdangerous.encoding import base64_decode
from starlette.types import Message

from resolvers.document_link import DocumentLinks
from resolvers.gateway import Gateway
from resolvers.keys import KeyRing
from resolvers.model.customer import Account, Secret
from resolvers.model.document import Document
from resolvers.model.errors import (
    CallBudgetExceeded,
    DirectoryUnavailable,
    InvoiceGraphError,
    SourceTimeout,
    SourceUnavailable,
)
from resolvers.model.identity import AccountRef, account_id, invoice_id
from resolvers.model.operation import Operation
from resolvers.signature import Seal
from service.authentication import NoAuthentication
from service.documents import Documents
from tests.lists.register import Register
from tests.service.gateways import AnyParts, running

KEYS = KeyRing(["a key of the tests alone"])
PREFIX = "http://localhost:8000/documents/"
INVOICE = invoice_id("shop", "10025", "0070145")
CONTENT = b"%PDF-1.4 first half, second half %%EOF"


@dataclass(slots=True)
class Cabinet:
    """A source of documents: what it was asked for, what it gives or fails with, and how many it is asked for now."""

    content: bytes | None = CONTENT
    failure: InvoiceGraphError | None = None
    never_answers: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    count_open: int = 0

    async def fetch_document(self, account: Account, source_invoice_id: str, operation: Operation) -> Document | None:
        """What there is of it."""
        self.asked.append((account.key, source_invoice_id))
        self.count_open += 1
        self.opened.set()
        try:
            if self.failure is not None:
                raise self.failure
            if self.never_answers:
                await asyncio.Event().wait()
            return None if self.content is None else Document("application/pdf", self.content)
        finally:
            self.count_open -= 1


@dataclass(slots=True)
class Door:
    """The route over one account with a secret, whose clock a test moves."""

    cabinet: Cabinet = field(default_factory=Cabinet)
    register: Register = field(default_factory=Register)
    now: float = 1_000_000.0
    links: DocumentLinks = field(init=False)
    documents: Documents = field(init=False)

    def __post_init__(self) -> None:
        self.belong_to("C-1")
        self.links = DocumentLinks(Seal(KEYS, "documents"), PREFIX, lambda: self.now)
        gateway = Gateway({}, self.register, KEYS, document_sources={"shop": self.cabinet})
        self.documents = Documents(self.links, gateway, NoAuthentication(), deadline_seconds=0.1)

    def belong_to(self, customer_id: str) -> None:
        """Makes the account this customer's."""
        id_ = account_id("shop", "10025")
        account = Account(id=id_, source="shop", key="10025", customer_id=customer_id, secret=Secret("hunter2"))
        self.register.all_accounts = [account]

    async def get(self, link: str, method: str = "GET") -> httpx.Response:
        """What the application answers."""
        async with running(AnyParts(documents=self.documents)) as client:
            return await client.request(method, link)

    async def call(self, receive: Any, send: Any) -> None:
        """One request on the wire's own terms."""
        token = self.links.write(INVOICE, "C-1").removeprefix(PREFIX)
        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "path_params": {"token": token}}
        await self.documents(scope, receive, send)


@pytest.fixture
def door() -> Door:
    return Door()


async def never() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


async def test_a_link_opens_the_document_for_this_reader_alone(door: Door) -> None:
    answer = await door.get(door.links.write(INVOICE, "C-1"))

    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert door.cabinet.asked == [("10025", "0070145")]
    told = {name: answer.headers[name] for name in ("content-type", "content-length", "cache-control")}
    assert told == {"content-type": "application/pdf", "content-length": "38", "cache-control": "private, no-store"}
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == 'inline; filename="invoice.pdf"'
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_a_directory_that_fails_is_503_with_its_code() -> None:
    class Absent(Register):
        async def accounts(self, refs: Sequence[AccountRef]) -> dict[AccountRef, Account]:
            raise DirectoryUnavailable("hunter2")

    door = Door(register=Absent())

    answer = await door.get(door.links.write(INVOICE, "C-1"))

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (503, "DIRECTORY_UNAVAILABLE")
    assert "hunter2" not in answer.text


def test_a_link_says_whose_invoice_it_is_and_until_when_and_nothing_else(door: Door) -> None:
    token = door.links.write(INVOICE, "C-1").removeprefix(PREFIX)

    content = base64_decode(token.rpartition(".")[0])

    assert content == f'["document","{INVOICE}","C-1",1000600]'.encode()


def tampered(link: str) -> str:
    head, _, signature = link.rpartition(".")
    return f"{head[:-1]}{'A' if head[-1] != 'A' else 'B'}.{signature}"


@pytest.mark.parametrize(
    "link",
    [
        tampered(DocumentLinks(Seal(KEYS, "documents"), PREFIX, lambda: 1_000_000).write(INVOICE, "C-1")),
        DocumentLinks(Seal(KeyRing(["another"]), "documents"), PREFIX, lambda: 1_000_000).write(INVOICE, "C-1"),
        DocumentLinks(Seal(KEYS, "cursors"), PREFIX, lambda: 1_000_000).write(INVOICE, "C-1"),
        DocumentLinks(Seal(KEYS, "documents"), PREFIX, lambda: 1_000_000).write(INVOICE, "C-2"),
        DocumentLinks(Seal(KEYS, "documents"), PREFIX, lambda: 999_399).write(INVOICE, "C-1"),
        DocumentLinks(Seal(KEYS, "documents"), PREFIX, lambda: 1_000_000).write(invoice_id("shop", "9", "1"), "C-1"),
        DocumentLinks(Seal(KEYS, "documents"), PREFIX, lambda: 1_000_000).write(invoice_id("mill", "9", "1"), "C-1"),
        DocumentLinks(Seal(KEYS, "documents"), PREFIX, lambda: 1_000_000).write("no id of ours", "C-1"),
        f"{PREFIX}nonsense",
        f"{PREFIX}{INVOICE}",
        f"{PREFIX}%00%E2%82%AC",
    ],
    ids=[
        "tampered",
        "of another gateway",
        "made for something else",
        "of another customer",
        "run out",
        "of an unknown account",
        "of an unknown source",
        "of no invoice",
        "nonsense",
        "an id without a seal",
        "no text of ours",
    ],
)
async def test_a_link_that_is_not_good_is_404_and_asks_no_source(door: Door, link: str) -> None:
    answer = await door.get(link)

    assert answer.status_code == 404
    assert answer.json()["errors"] == [
        {"message": "There is no such document, or the link has run out.", "extensions": {"code": "NOT_FOUND"}}
    ]
    assert answer.headers["cache-control"] == "no-store"
    assert door.cabinet.asked == []


async def test_a_link_lasts_for_ten_minutes(door: Door) -> None:
    link = door.links.write(INVOICE, "C-1")

    door.now += 600
    at_the_end = await door.get(link)
    door.now += 1
    behind_it = await door.get(link)

    assert (at_the_end.status_code, behind_it.status_code) == (200, 404)


async def test_a_link_opens_nothing_once_the_account_is_another_customers(door: Door) -> None:
    link = door.links.write(INVOICE, "C-1")

    door.belong_to("C-2")

    assert (await door.get(link)).status_code == 404
    assert door.cabinet.asked == []


async def test_an_invoice_without_a_document_is_404(door: Door) -> None:
    door.cabinet.content = None

    assert (await door.get(door.links.write(INVOICE, "C-1"))).status_code == 404


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (SourceUnavailable("shop", "http://erp.example said hunter2"), "SOURCE_UNAVAILABLE"),
        (SourceTimeout("shop", "http://erp.example said hunter2"), "SOURCE_TIMEOUT"),
        (CallBudgetExceeded("The invoice is not on the first 50 pages of its account."), "CALL_BUDGET_EXCEEDED"),
    ],
)
async def test_a_source_that_fails_is_502_with_its_code_and_none_of_its_words(
    door: Door, failure: InvoiceGraphError, code: str
) -> None:
    door.cabinet.failure = failure

    answer = await door.get(door.links.write(INVOICE, "C-1"))

    assert answer.status_code == 502
    assert answer.json()["errors"] == [{"message": failure.message, "extensions": {"code": code}}]
    assert answer.json()["extensions"]["requestId"] == answer.headers["x-request-id"]
    assert "hunter2" not in answer.text
    assert "erp.example" not in answer.text


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE"])
async def test_a_document_can_be_got_and_nothing_else(door: Door, method: str) -> None:
    answer = await door.get(door.links.write(INVOICE, "C-1"), method)

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert door.cabinet.asked == []


async def test_a_client_that_hangs_up_before_the_answer_lets_go_of_the_source(door: Door) -> None:
    door.cabinet.never_answers = True
    sent: list[Message] = []

    async def receive() -> Message:
        await door.cabinet.opened.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await door.call(receive, send)

    assert (door.cabinet.count_open, sent) == (0, [])


async def test_the_source_is_let_go_of_before_the_client_reads(door: Door) -> None:
    sent: list[tuple[int, Message]] = []

    async def send(message: Message) -> None:
        sent.append((door.cabinet.count_open, message))

    await door.call(never, send)

    assert [count_open for count_open, _ in sent] == [0, 0]
    assert sent[-1][1]["body"] == CONTENT


async def test_a_request_that_is_given_up_lets_go_of_the_source(door: Door) -> None:
    door.cabinet.never_answers = True

    async def send(message: Message) -> None:
        raise AssertionError(message)

    request = asyncio.create_task(door.call(never, send))
    await door.cabinet.opened.wait()
    request.cancel()

    with pytest.raises(asyncio.CancelledError):
        await request
    assert door.cabinet.count_open == 0
