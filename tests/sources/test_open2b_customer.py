"""Open2b's customer: both addresses, and how to reach the person, in one call."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from resolvers.model.address import Address
from resolvers.model.customer_record import CustomerRecord, CustomerSource
from resolvers.model.errors import SourceAuthFailed, SourceError, SourceProtocolError, SourceRejected
from resolvers.model.operation import Operation
from resolvers.sources import open2b
from tests.sources.scripted import account_with_secret, source
from tests.sources.shop import Reply, Shop, refused
from tests.sources.upstream import account, operation

KEY = "78FzLADvJ3naIe8d/CJQMA"
ACCOUNT = account_with_secret("4711", KEY)
PRINTED: dict[str, Any] = {
    "billingAddress": {
        "firstName": "Sherlock",
        "lastName": "Holmes",
        "personalCode": "SH239IBA",
        "companyName": "Investigations Inc",
        "companyCode": "INV8403MC1",
        "companyCode2": "7J BA3 006",
        "street1": "221b Baker Street",
        "street2": "",
        "city": "London",
        "postalCode": "NW1 6XE",
        "stateProv": "LND",
        "country": "GB",
        "phoneNumber": "+44+207 2243688",
        "mobileNumber": "",
        "faxNumber": "",
        "email": "holmes@inv-london.com",
    },
    "shippingAddress": {"name": "John", "street1": "221b Baker Street", "city": "London", "country": "GB"},
}


async def fetched(shop: Shop, asked: Operation | None = None) -> CustomerRecord | None:
    connected = cast("CustomerSource", source(open2b, shop))
    return await connected.fetch_customer(ACCOUNT, asked or operation())


def customer(**members: Any) -> str:
    return json.dumps({"status": "ok", "customer": members})


async def test_the_customer_on_the_vendors_page_is_told_in_one_call() -> None:
    shop, asked = Shop(customer=[customer(**PRINTED)]), operation()

    record = await fetched(shop, asked)

    assert record is not None
    assert (record.name, record.email, record.phone) == ("Sherlock Holmes", "holmes@inv-london.com", "+44+207 2243688")
    billing, shipping = record.addresses
    assert (billing.company_code2, billing.street2, billing.region, billing.country_code) == (
        "7J BA3 006",
        None,
        "LND",
        "GB",
    )
    assert shipping == Address(name="John", street1="221b Baker Street", city="London", country_code="GB")
    ((_, request),) = shop.requests
    assert json.loads(request.content) == {"fields": ["billingAddress", "shippingAddress"]}
    assert request.headers["x-customer-key"] == KEY
    assert [(call.operation, call.account, call.outcome) for call in asked.calls] == [
        ("storefront.customer", "4711", "OK")
    ]


async def test_a_customer_without_addresses_is_known_all_the_same() -> None:
    shop = Shop(customer=[customer(billingAddress=None, shippingAddress=None)])

    assert await fetched(shop) == CustomerRecord()


async def test_a_mobile_number_is_a_number_to_reach_the_customer_at() -> None:
    record = await fetched(Shop(customer=[customer(billingAddress={"phoneNumber": "", "mobileNumber": "+39 333"})]))

    assert record is not None
    assert record.phone == "+39 333"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ('{"status":"ok"}', SourceProtocolError),
        ('{"status":"ok","customer":[]}', SourceProtocolError),
        (customer(**PRINTED)[:-5], SourceProtocolError),
        (refused("AccessDenied"), SourceAuthFailed),
        (refused("UnknownField"), SourceRejected),
    ],
)
async def test_anything_else_is_an_error(reply: Reply, kind: type[SourceError]) -> None:
    with pytest.raises(kind):
        await fetched(Shop(customer=[reply]))


async def test_an_account_without_a_secret_is_no_call() -> None:
    asked = operation()

    with pytest.raises(SourceAuthFailed):
        await cast("CustomerSource", source(open2b, Shop())).fetch_customer(account("here", "4711"), asked)

    assert asked.calls == []


def test_the_capabilities_say_that_customers_are_told() -> None:
    assert open2b.CAPABILITIES.tells_customers
