"""The emulated netFORUM's look-ups of single invoices and its queries, against its vendor's pages."""

from __future__ import annotations

import httpx
import pytest

from tests.sandbox.netforum.tenant import (
    FIRST,
    GET,
    PAID,
    call,
    count_of,
    fault_of,
    log_in,
    rows_of,
)


async def test_open_invoice_get_brings_lines_customer_and_address_of_any_invoice(client: httpx.AsyncClient) -> None:
    response = await call(client, GET, await log_in(client), Key=PAID)

    detail, deleted = (row for row in rows_of(response, "Invoice_Detail") if row)
    assert rows_of(response, "Invoice")[0]["inv_close_flag"] == "1"
    assert rows_of(response, "Customer")[0]["cst_name_cp"] == "Ann O'Neil"
    address = rows_of(response, "Billing_Adr")[0]
    assert (address["adr_post_code"], address["adr_country"]) == ("62701", "United States")
    assert rows_of(response, "Product")[0] == {"prd_name": "Dues & fees", "prd_code": "DUES"}
    assert (detail["ivd_qty"], detail["ivd_price"], detail["ivd_void_flag"]) == ("1.0000", "10.0000", "0")
    assert (detail["ivd_delete_flag"], deleted["ivd_delete_flag"]) == ("0", "1")


async def test_a_query_selects_columns_of_many_invoices_at_once(client: httpx.AsyncClient) -> None:
    response = await call(
        client, "GetQuery", await log_in(client),
        szObjectName="Invoice @TOP -1", szColumnList="inv_key,inv_balance", szOrderBy="inv_key",
        szWhereClause=f"inv_key IN ('{FIRST}','{PAID}') AND inv_balance <> 0",
    )  # fmt: skip

    assert count_of(response) == "1"
    assert rows_of(response, "InvoiceObject") == [{"inv_key": FIRST, "inv_balance": "600.0000"}]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"szObjectName": "Individual"}, "Account is not authorized to perform Select on Individual object."),
        ({"szColumnList": "*"}, "Invalid Parameters."),
        ({"szColumnList": "inv_secret"}, "Invalid column name 'inv_secret'."),
        ({"szWhereClause": "inv_key = '' OR 1=1"}, "Invalid Parameters."),
    ],
)
async def test_a_query_that_the_vendor_would_not_take_is_a_fault(
    client: httpx.AsyncClient, query: dict[str, str], message: str
) -> None:
    asked = {"szObjectName": "Invoice", "szColumnList": "inv_key", "szWhereClause": ""} | query

    response = await call(client, "GetQuery", await log_in(client), **asked)

    assert fault_of(response)["Message"] == message
