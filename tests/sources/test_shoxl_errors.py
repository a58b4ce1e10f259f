"""Shoxl over REST: how its server tells an error, and what each is taken for."""

from __future__ import annotations

import httpx
import pytest

from resolvers.model.errors import SourceAuthFailed, SourceError, SourceProtocolError, SourceRejected, SourceUnavailable
from resolvers.model.source import ListQuery
from resolvers.sources import shoxl
from resolvers.transport.failures import SourceBusy
from tests.sources.scripted import Script, source
from tests.sources.shoxl_rest import ACCOUNT, ROW, listed, page
from tests.sources.upstream import listing, operation


@pytest.mark.parametrize("code", ['"E17"', "5", '"00"'])
async def test_an_error_of_the_erp_is_a_rejection_though_its_status_is_200(code: str) -> None:
    with pytest.raises(SourceRejected) as caught:
        await listed(f'{{"errorCode":{code},"errorDescription":"Debtor 10025 blocked","orders":[{ROW}]}}')

    assert "Debtor" in caught.value.detail
    assert "Debtor" not in caught.value.message


@pytest.mark.parametrize("code", ["null", '""', '"0"', "0", '" "'])
async def test_no_error_code_and_zero_are_success(code: str) -> None:
    assert len((await listed(f'{{"errorCode":{code},"orders":[{ROW}]}}')).invoices) == 1


@pytest.mark.parametrize("rows", ['"orders":null', '"orders":[]', '"totalPages":0'])
@pytest.mark.parametrize("code", ["null", '""'])
async def test_a_description_in_place_of_rows_is_an_error_though_it_has_no_code(code: str, rows: str) -> None:
    with pytest.raises(SourceRejected) as caught:
        await listed(f'{{"errorCode":{code},"errorDescription":"ERP not reachable",{rows}}}')

    assert "ERP not reachable" in caught.value.detail


async def test_a_description_beside_rows_is_no_error() -> None:
    assert len((await listed(f'{{"errorDescription":"2 invoices are being printed","orders":[{ROW}]}}')).invoices) == 1


async def test_an_empty_history_that_says_its_code_is_zero_may_say_more() -> None:
    assert (await listed('{"errorCode":"0","errorDescription":"OK","orders":[]}')).invoices == []


@pytest.mark.parametrize("status", [400, 404, 409, 422])
async def test_an_error_of_the_erp_under_a_clients_status_is_a_rejection_and_asked_once(status: int) -> None:
    told = b'{"errorCode":"DEBTOR_UNKNOWN","errorDescription":"Debtor 10025 does not exist","orders":null}'
    script = Script(httpx.Response(status, content=told))

    with pytest.raises(SourceRejected) as caught:
        await source(shoxl, script, retries=2).list_invoices(listing(ACCOUNT), operation())

    assert caught.value.detail == "DEBTOR_UNKNOWN: Debtor 10025 does not exist"
    assert len(script.requests) == 1


async def test_an_erp_that_is_down_is_asked_again_and_named_in_the_log() -> None:
    told = b'{"errorCode":"ERP-500","errorDescription":"The ERP did not answer in time","orders":null}'
    script = Script(httpx.Response(500, content=told))

    with pytest.raises(SourceUnavailable) as caught:
        await source(shoxl, script, retries=2).list_invoices(listing(ACCOUNT), operation())

    assert (caught.value.is_retryable, caught.value.detail) == (True, "ERP-500: The ERP did not answer in time")
    assert len(script.requests) == 3


@pytest.mark.parametrize(
    "content",
    [
        "<h1>Error</h1>",
        "",
        '{"title":"Bad Request","status":400}',
        '{"errorCode":null,"orders":[]}',
        '{"errorCode":"0","errorDescription":"OK"}',
        page(ROW),
    ],
)
@pytest.mark.parametrize(("status", "kind", "calls"), [(404, SourceProtocolError, 1), (500, SourceUnavailable, 3)])
async def test_a_status_without_the_erps_error_means_what_it_says(
    status: int, kind: type[SourceError], calls: int, content: str
) -> None:
    script = Script(httpx.Response(status, content=content.encode()))

    with pytest.raises(kind) as caught:
        await source(shoxl, script, retries=2).list_invoices(listing(ACCOUNT), operation())

    assert caught.value.detail == f"status {status}"
    assert len(script.requests) == calls


@pytest.mark.parametrize(
    ("protocol", "content"), [("rest", b""), ("rest", b'{"errorCode":"ERP-500","orders":null}'), ("soap", b"")]
)
async def test_a_500_that_says_when_to_come_back_is_believed_by_the_sources_clock(
    protocol: str, content: bytes
) -> None:
    headers = {"Retry-After": "Wed, 01 Jul 2026 12:00:30 GMT"}
    script = Script(httpx.Response(500, headers=headers, content=content))

    with pytest.raises(SourceBusy) as caught:
        await source(shoxl, script, protocol=protocol).list_invoices(listing(ACCOUNT), operation())

    assert caught.value.retry_after_seconds == 30


@pytest.mark.parametrize(("status", "kind"), [(401, SourceAuthFailed), (302, SourceProtocolError)])
async def test_a_status_other_than_200_is_an_error(status: int, kind: type[SourceError]) -> None:
    shop = source(shoxl, Script(httpx.Response(status, content=page(ROW))))

    with pytest.raises(kind):
        await shop.list_invoices(ListQuery(account=ACCOUNT, fields=frozenset()), operation())
