"""Kruitbosch's overview with paid invoices and documents, and the list that a customer sees of itself."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import msgspec
import pytest

from resolvers.model.document import DocumentSource
from resolvers.model.errors import SourceError, SourceProtocolError, SourceTimeout
from resolvers.model.invoice import InvoiceStatus, Note
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.source import InvoiceList, ListQuery, Paging
from resolvers.sources import kruitbosch
from resolvers.sources.kruitbosch.client import KruitboschSource
from resolvers.sources.kruitbosch.own_list import OwnList
from resolvers.sources.kruitbosch.wire import Listing, OutstandingInvoice
from sandbox import pdf
from tests.sources.test_kruitbosch_client import Portal
from tests.sources.upstream import Clock, account, listing, operation, transport

ACCOUNT = account("wholesale", "10025")
PDF = pdf.document("Factuur")


class Overview(Portal):
    """Pages by number, the first one also without, and a PDF at every other address."""

    def __init__(self, *pages: dict[str, Any], first: int = 1) -> None:
        super().__init__()
        self.pages = pages
        self.first = first
        self.links: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return super().__call__(request)
        if "/Overview/" not in request.url.path:
            self.links.append(request)
            return httpx.Response(200, headers={"Content-Type": "application/pdf"}, content=PDF)
        self.calls.append(request)
        number = int(request.url.path.rpartition("/")[2] or self.first)
        return httpx.Response(200, json=self.pages[number - self.first])


def page(*rows: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"Invoices": [{"CustomerNumber": "10025", "CurrencyCode": "EUR", **row} for row in rows], **members}


def source(upstream: Portal, clock: Clock | None = None, **settings: object) -> KruitboschSource:
    given = {
        "base_url": "http://wholesale.test",
        "username": "u",
        "password": "secret-word",
        "operation": "overview",
        "page_size": 2,
        **settings,
    }
    made = kruitbosch.SETTINGS.model_validate(given)
    return KruitboschSource("wholesale", made, transport("wholesale", made, upstream), clock or Clock())


async def read(upstream: Overview, number: int = 1) -> InvoiceList:
    query = ListQuery(account=ACCOUNT, fields=frozenset(), page=number)
    return await source(upstream).list_invoices(query, operation())


async def document(of: DocumentSource, number: str) -> bytes | None:
    found = await of.fetch_document(ACCOUNT, number, operation())
    return None if found is None else found.content


def test_the_overview_lists_paid_invoices_in_pages_and_has_documents() -> None:
    capabilities = source(Overview()).capabilities

    assert (capabilities.paging, capabilities.lists_paid_invoices) == (Paging.NUMBERED, True)
    assert capabilities.has_documents
    assert "documentUrl" in capabilities.fields
    assert capabilities.fields == capabilities.list_fields
    assert not kruitbosch.CAPABILITIES.has_documents


async def test_a_page_is_asked_by_number_with_paid_invoices_and_so_many_at_most() -> None:
    upstream = Overview(page(), page())

    await read(upstream, 2)

    paths = [call.url.path for call in upstream.calls]
    assert paths == ["/Customer/10025/Invoice/Overview/", "/Customer/10025/Invoice/Overview/2"]
    assert [dict(call.url.params) for call in upstream.calls] == [
        {"IncludePaidInvoices": "true", "MaxQuantity": "2"}
    ] * 2


@pytest.mark.parametrize("first", [0, 1])
async def test_the_portals_pages_may_begin_at_0_or_at_1(first: int) -> None:
    one, two, three = (page({"InvoiceNr": str(number)}, NextPage=first + number) for number in (1, 2, 3))
    upstream = Overview(one, two, three | {"NextPage": None}, first=first)
    sut, query = source(upstream), ListQuery(account=ACCOUNT, fields=frozenset())

    answers = [
        await sut.list_invoices(msgspec.structs.replace(query, page=number), operation()) for number in (1, 2, 3)
    ]

    assert [(answer.invoices[0].number, answer.has_next) for answer in answers] == [
        ("1", True),
        ("2", True),
        ("3", False),
    ]
    assert len(upstream.calls) == 3


@pytest.mark.parametrize("first", [0, 1])
async def test_a_later_page_asks_first_where_the_portals_pages_begin(first: int) -> None:
    pages = [page({"InvoiceNr": str(number)}, NextPage=first + number) for number in (1, 2, 3)]

    answer = await read(Overview(*pages, first=first), 2)

    assert [invoice.number for invoice in answer.invoices] == ["2"]


async def test_a_portal_that_names_its_only_page_as_the_next_one_ends_there() -> None:
    upstream = Overview(page({"InvoiceNr": "1"}, NextPage=1))
    sut, query = source(upstream), ListQuery(account=ACCOUNT, fields=frozenset())

    answers = [await sut.list_invoices(msgspec.structs.replace(query, page=number), operation()) for number in (1, 2)]

    assert [(answer.invoices[0].number, answer.has_next) for answer in answers] == [("1", True), ("1", False)]


async def test_a_row_says_whether_it_is_open_and_its_link_stays_inside() -> None:
    link = {"DownloadPDFUrl": "http://wholesale.test/Doc/1?key=s3cret"}
    rows: list[dict[str, Any]] = [
        {"InvoiceNr": "1", "InvoiceOpen": True, **link},
        {"InvoiceNr": "2", "InvoiceOpen": False},
        {"InvoiceNr": "3"},
        {"InvoiceNr": "4", "InvoiceOpen": "maybe"},
    ]

    answer = await read(Overview(page(*rows)))

    assert [invoice.status for invoice in answer.invoices] == [
        InvoiceStatus.OPEN,
        InvoiceStatus.CLOSED,
        InvoiceStatus.UNKNOWN,
        InvoiceStatus.UNKNOWN,
    ]
    assert answer.invoices[3].notes == [Note("VALUE_UNRECOGNISED", "status", actual="maybe")]
    assert {invoice.provenance.operation for invoice in answer.invoices} == {"InvoicesOverview"}
    assert "s3cret" not in repr(answer)


@pytest.mark.parametrize(
    ("members", "has_next"), [({"NextPage": 2}, True), ({"nextPage": "2"}, True), ({"NextPage": 0}, False), ({}, False)]
)
async def test_a_page_says_whether_another_follows(members: dict[str, Any], has_next: bool) -> None:
    assert (await read(Overview(page({"InvoiceNr": "1"}, **members)))).has_next is has_next


@pytest.mark.parametrize("wrong", [page({"InvoiceNr": "1"}, NextPage="soon"), page(NextPage=2), {"Other": []}])
async def test_a_page_that_cannot_be_whole_is_an_error(wrong: dict[str, Any]) -> None:
    with pytest.raises(SourceProtocolError):
        await read(Overview(wrong))


async def test_a_document_of_a_page_that_was_read_costs_one_call() -> None:
    upstream = Overview(page({"InvoiceNr": "1", "DownloadPDFUrl": "/Doc/1?key=a"}))
    wholesale = source(upstream)
    await wholesale.list_invoices(listing(ACCOUNT), operation())

    assert await document(wholesale, "1") == PDF

    assert (len(upstream.calls), [str(link.url) for link in upstream.links]) == (
        1,
        ["http://wholesale.test/Doc/1?key=a"],
    )
    assert "X-ss-id" not in upstream.links[0].headers


async def test_a_document_whose_link_is_not_known_any_more_is_found_by_walking_the_pages() -> None:
    first = page({"InvoiceNr": "1"}, {"InvoiceNr": "2"}, NextPage=2)
    upstream, clock = Overview(first, page({"InvoiceNr": "3", "DownloadPDFUrl": "/Doc/3"})), Clock()
    wholesale = source(upstream, clock)

    assert await document(wholesale, "3") == PDF
    clock.pass_by(minutes=6)
    assert await document(wholesale, "3") == PDF

    assert [call.url.path.rpartition("/")[2] for call in upstream.calls] == ["", "2", "", "2"]


@pytest.mark.parametrize("number", ["1", "9"])
async def test_an_invoice_without_a_link_and_an_unknown_one_have_no_document(number: str) -> None:
    upstream = Overview(page({"InvoiceNr": "1"}))

    assert await document(source(upstream), number) is None

    assert upstream.links == []


async def test_a_document_is_not_fetched_from_just_anywhere() -> None:
    upstream = Overview(page({"InvoiceNr": "1", "DownloadPDFUrl": "http://evil.test/1"}))

    with pytest.raises(SourceProtocolError):
        await document(source(upstream), "1")

    assert upstream.links == []


async def test_the_outstanding_invoices_have_no_documents() -> None:
    upstream = Portal()

    assert await document(source(upstream, operation="outstanding"), "1") is None

    assert upstream.calls == []


def own_rows(*customers: str | None) -> httpx.Response:
    rows = [{"InvoiceNr": str(at), "CustomerNumber": customer} for at, customer in enumerate(customers)]
    return httpx.Response(200, json={"OutstandingInvoices": rows})


async def test_ones_own_list_is_one_call_for_all_accounts_and_each_gets_its_rows() -> None:
    upstream = Portal(lambda _session: own_rows("10025", "10026", "10025", None))
    wholesale = source(upstream, operation="outstanding", own_customer=True)
    made = operation()
    keys = ("10025", "10026", "10027")

    answers = await asyncio.gather(*(wholesale.list_invoices(listing(account("wholesale", key)), made) for key in keys))

    assert [str(call.url) for call in upstream.calls] == ["http://wholesale.test/Customer/OutstandingInvoices/"]
    assert [[invoice.number for invoice in answer.invoices] for answer in answers] == [["0", "2"], ["1"], []]
    assert [answer.notes for answer in answers] == [[Note("RECORD_DROPPED", actual="1")]] * 3
    assert sorted(call.shared for call in made.calls if call.operation == "OutstandingInvoices") == [False, True, True]


async def test_ones_own_list_is_asked_again_by_who_comes_later() -> None:
    upstream = Portal(lambda _session: own_rows("10025"))
    wholesale = source(upstream, operation="outstanding", own_customer=True)

    await wholesale.list_invoices(listing(ACCOUNT), operation())
    await wholesale.list_invoices(listing(ACCOUNT), operation())

    assert len(upstream.calls) == 2


async def test_who_waits_for_ones_own_list_keeps_to_its_own_deadline() -> None:
    upstream = Portal(lambda _session: own_rows("10025"))
    wholesale = source(upstream, operation="outstanding", own_customer=True)

    in_time, late = await asyncio.gather(
        wholesale.list_invoices(listing(ACCOUNT), operation()),
        wholesale.list_invoices(listing(ACCOUNT), operation(seconds=0)),
        return_exceptions=True,
    )

    assert isinstance(in_time, InvoiceList)
    assert isinstance(late, SourceTimeout)


async def test_a_failure_of_ones_own_list_is_everybodys_who_waits() -> None:
    upstream = Portal(lambda _session: httpx.Response(403))
    wholesale = source(upstream, operation="outstanding", own_customer=True)
    made = operation()

    answers = await asyncio.gather(
        *(wholesale.list_invoices(listing(ACCOUNT), made) for _ in range(3)), return_exceptions=True
    )
    await wholesale.aclose()

    assert all(isinstance(answer, SourceError) for answer in answers)
    assert len(upstream.calls) == 1
    assert {call.outcome for call in made.calls if call.operation == "OutstandingInvoices"} == {"SOURCE_AUTH_FAILED"}


async def test_ones_own_list_is_given_up_when_the_last_who_waits_leaves_and_then_begun_anew() -> None:
    given_up: list[UpstreamCall] = []

    async def hang(call: UpstreamCall, _operation: Operation) -> Listing[OutstandingInvoice]:
        try:
            return await asyncio.Future()
        finally:
            given_up.append(call)

    own = OwnList("wholesale", hang, timeout_seconds=60)
    calls = [UpstreamCall("wholesale", str(at)) for at in range(3)]
    first, second, third = (asyncio.create_task(own.get(call, operation())) for call in calls)
    await asyncio.sleep(0)

    first.cancel()
    await asyncio.wait({first})
    assert given_up == []
    for last in (second, third):
        last.cancel()
    await asyncio.wait({second, third})
    later = UpstreamCall("wholesale", "later")
    with pytest.raises(SourceTimeout):
        await own.get(later, operation(seconds=0.01))
    await asyncio.sleep(0)

    assert given_up == [calls[0], later]
    assert [call.shared for call in (*calls, later)] == [False, True, True, False]
