"""The emulated netFORUM's JSON, against what its vendor's pages show."""

from __future__ import annotations

import base64
import hashlib

import httpx

from sandbox import netforum
from sandbox.books import Books
from tests.sandbox.netforum.tenant import (
    FIRST,
    KEY,
    LIST,
    PAID_UP,
    SECOND,
)


def basic(password: str = netforum.PASSWORD) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"xweb:{password}".encode()).decode()}


async def test_json_takes_basic_credentials_and_hands_a_bearer_token_on(client: httpx.AsyncClient) -> None:
    first = await client.post(f"/xWeb/JSON/{LIST}", json={LIST: {"CustomerKey": KEY}}, headers=basic())
    token = first.headers["www-authenticate"].removeprefix("Bearer token = ")
    second = await client.get(
        f"/xWeb/JSON/{LIST}", params={"CustomerKey": KEY}, headers={"Authorization": f"Bearer {token}"}
    )

    results = second.json()["Results"]
    assert first.json() == second.json()
    assert results["@recordReturn"] == "2"
    assert results["Result"][0] == {
        "inv_key": FIRST, "inv_date": "11/03/2011", "inv_code_cp": "0070145", "inv_total": "600.0000000",
        "inv_paid": "0.00", "inv_balance": "600.00", "inv_amount_due": "600.00", "mbt_code": " AV_Inst Mbr ",
    }  # fmt: skip
    assert results["Result"][1]["mbt_code"] is None


async def test_json_writes_a_single_row_as_an_object_and_no_row_without_its_key(
    client: httpx.AsyncClient, books: Books
) -> None:
    books.invoices["association", KEY] = books.invoices["association", KEY][:1]

    one = await client.get(f"/xWeb/JSON/{LIST}", params={"CustomerKey": KEY}, headers=basic())
    none = [
        (await client.get(f"/xWeb/JSON/{LIST}", params={"CustomerKey": key}, headers=basic())).json() for key in PAID_UP
    ]

    assert one.json()["Results"]["Result"]["inv_key"] == SECOND
    assert {"Results": {"@recordReturn": "0"}} in none
    assert {f"{LIST}Result": None} not in none


async def test_json_refuses_wrong_credentials_with_401_and_serves_the_printed_sample(client: httpx.AsyncClient) -> None:
    sample = {"CustomerKey": "dbe1371c-1731-4f87-a2e6-07c1b99c672a"}

    refused = await client.get(f"/xWeb/JSON/{LIST}", params=sample, headers=basic("guess"))
    printed = await client.get(f"/xWeb/JSON/{LIST}", params=sample, headers=basic())

    digest = "171d1cca2eed291d26d5306c53db9eb1548ae86df316c375042e899c531378d8"
    assert refused.status_code == 401
    assert hashlib.sha256(printed.content).hexdigest() == digest
