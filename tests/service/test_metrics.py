"""What is measured, and who may read it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.datastructures import Headers

from resolvers.access import Principal
from resolvers.model.errors import Unauthenticated
from sandbox.faults import Fault
from sandbox.server import Sandbox
from service.settings import Settings
from tests.conftest import Ask
from tests.service.gateways import AnyParts, running, settings

TOKEN = "a token for the metrics alone, of some length"
JWT = {"mode": "jwt", "issuer": "i", "audience": "a", "jwks_url": "https://issuer.example/keys"}
CUSTOMER = Principal("someone", (), frozenset({"C-1042"}))
QUERY = '{ customer(id: "C-1042") { invoices(first: 3) { nodes { number } } } }'


class Says:
    """An authenticator that knows everybody with a header, as the same one."""

    def __init__(self, principal: Principal) -> None:
        self._principal = principal

    async def authenticate(self, headers: Headers) -> Principal:
        if "authorization" not in headers:
            raise Unauthenticated("Who are you?")
        return self._principal


def guarded(token: str = "") -> Settings:
    return settings(server={"metrics_token": token}, auth=JWT)


def samples(text: str, name: str) -> Iterator[tuple[dict[str, str], float]]:
    for family in text_string_to_metric_families(text):
        yield from ((sample.labels, sample.value) for sample in family.samples if sample.name == name)


async def test_requests_are_counted_by_door_and_status_whatever_their_address() -> None:
    async with running(AnyParts()) as client:
        await client.post("/graphql", content=b"{}")
        for secret in ("hunter2", "hunter3"):
            await client.get(f"/{secret}")
        text = (await client.get("/metrics")).text

    counted = {
        (labels["door"], labels["status"]): value for labels, value in samples(text, "invoice_graph_requests_total")
    }
    assert counted == {("graphql", "200"): 1, ("other", "404"): 2}
    assert "hunter" not in text
    assert [
        value for labels, value in samples(text, "invoice_graph_request_seconds_count") if labels["door"] == "graphql"
    ] == [1]


async def test_the_metrics_are_for_staff() -> None:
    async with running(AnyParts(authenticator=Says(CUSTOMER)), guarded()) as client:
        stranger = await client.get("/metrics")
        customer = await client.get("/metrics", headers={"authorization": "Bearer good"})

    assert (stranger.status_code, stranger.headers["www-authenticate"]) == (401, "Bearer")
    assert (customer.status_code, customer.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")


@pytest.mark.parametrize(("given", "status"), [(TOKEN, 200), (TOKEN[:-1], 403), ("", 403), ("é", 403)])
async def test_whoever_has_the_token_for_them_may_read_them(given: str, status: int) -> None:
    async with running(AnyParts(authenticator=Says(CUSTOMER)), guarded(TOKEN)) as client:
        answer = await client.get("/metrics", headers={b"authorization": f"Bearer {given}".encode("latin-1")})

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("header", "status"),
    [(f"bearer {TOKEN}", 200), (f"BEARER  {TOKEN}", 200), (TOKEN, 403), (f"Basic {TOKEN}", 403), ("Bearer", 403)],
)
async def test_the_token_comes_with_its_scheme_in_any_case(header: str, status: int) -> None:
    async with running(AnyParts(authenticator=Says(CUSTOMER)), guarded(TOKEN)) as client:
        answer = await client.get("/metrics", headers={"authorization": header})

    assert answer.status_code == status


async def test_without_a_token_nobody_gets_in_by_an_empty_one() -> None:
    async with running(AnyParts(authenticator=Says(CUSTOMER)), guarded()) as client:
        answer = await client.get("/metrics", headers={"authorization": "Bearer "})

    assert answer.status_code == 403


async def test_a_website_that_borrows_a_name_reads_no_metrics_where_nobody_says_who_they_are() -> None:
    async with running(AnyParts()) as client:
        answer = await client.get("/metrics", headers={"host": "evil.example"})

    assert answer.status_code == 400


async def test_numbers_of_several_workers_say_whose_they_are() -> None:
    async with running(AnyParts(), settings(server={"workers": 2})) as client:
        await client.get("/healthz")
        text = (await client.get("/metrics")).text

    assert all(labels["worker"].isdigit() for labels, _ in samples(text, "invoice_graph_requests_total"))


async def test_calls_of_sources_are_counted_without_a_word_about_customers(
    ask: Ask, gateway_url: str, sandbox: Sandbox
) -> None:
    await ask(QUERY)
    sandbox.board.faults["webstore"] = Fault("status_500", times=1)
    await ask(QUERY)
    async with httpx.AsyncClient(trust_env=False) as client:
        text = (await client.get(f"{gateway_url}/metrics")).text

    outcomes = {
        (labels["source"], labels["outcome"]) for labels, _ in samples(text, "invoice_graph_upstream_calls_total")
    }
    assert ("webstore", "OK") in outcomes
    retries = {labels["source"]: value for labels, value in samples(text, "invoice_graph_upstream_retries_total")}
    assert retries["webstore"] >= 1
    states = [
        labels["state"]
        for labels, value in samples(text, "invoice_graph_breaker_state")
        if value and labels["source"] == "webstore"
    ]
    assert states == ["closed"]
    assert any(
        value for labels, value in samples(text, "invoice_graph_answers_total") if labels["cache_status"] == "FRESH"
    )
    assert not re.search(r"C-1\d{3}|127\.0\.0\.1|http:", text)
