"""seansworld's customer: the same customer, or an error, and never one with a part gone."""

from __future__ import annotations

import re
from typing import Any, cast

import httpx
import pytest
import structlog

from resolvers.model.address import Address
from resolvers.model.customer_record import CustomerRecord, CustomerSource
from resolvers.model.errors import SourceAuthFailed, SourceError, SourceProtocolError, SourceUnavailable
from resolvers.sources import seansworld
from resolvers.sources.seansworld.customer import CustomerDocument, parse_customer
from tests.sources.scripted import Script, source
from tests.sources.upstream import account, operation

ACCOUNT = account("here", "212215")
VALUES = {
    "custID": "212215",
    "firstName": "John",
    "lastName": "Doe & Sons",
    "streetName": "King Street",
    "streetNum": "12",
    "unitNum": "4b",
    "city": "Toronto",
    "state": "ON",
    "country": "Canada",
    "zip": "M5H 1A1",
    "terms": "Net 30 < 60",
}
FIELDS = "\n\n".join(f"<{name}>{text}</{name}>" for name, text in VALUES.items())
BROKEN = f"<cust-info>\n\n{FIELDS}\n\n<cust-info>"
"""As the vendor prints its invoices: nothing escaped, and the root opened twice."""
TAGS = [match.span() for match in re.finditer(r"</?[A-Za-z-]+>", BROKEN)]
WHOLE = CustomerDocument(
    customer_id="212215",
    first_name="John",
    last_name="Doe & Sons",
    street_name="King Street",
    street_number="12",
    unit_number="4b",
    city="Toronto",
    state="ON",
    country="Canada",
    zip="M5H 1A1",
    terms="Net 30 < 60",
)


def document(**values: str) -> str:
    fields = "".join(f"<{name}>{text}</{name}>" for name, text in ({"custID": "212215"} | values).items())
    return f"<customer>{fields}</customer>"


async def fetched(reply: httpx.Response | bytes | str, **settings: Any) -> CustomerRecord | None:
    connected = cast("CustomerSource", source(seansworld, Script(reply), **settings))
    return await connected.fetch_customer(ACCOUNT, operation())


def same_or_error(damaged: str) -> None:
    try:
        found = parse_customer("orders", damaged.encode())
    except SourceProtocolError:
        return
    assert found == WHOLE


def test_a_document_as_broken_as_the_invoices_is_read_in_full() -> None:
    assert parse_customer("orders", BROKEN.encode()) == WHOLE


@pytest.mark.parametrize("root", ["cust-info", "customer", "custInfo", "x"])
def test_the_fields_matter_and_not_the_root(root: str) -> None:
    assert parse_customer("orders", f"<{root}>{FIELDS}</{root}>".encode()) == WHOLE


def test_no_cut_of_a_document_gives_a_customer_with_a_part_gone() -> None:
    for end in range(1, len(BROKEN)):
        same_or_error(BROKEN[:end])


@pytest.mark.parametrize(("start", "end"), TAGS)
def test_a_tag_that_is_gone_twice_or_another_gives_the_same_customer_or_an_error(start: int, end: int) -> None:
    same_or_error(BROKEN[:start] + BROKEN[end:])
    for other, stop in TAGS:
        same_or_error(BROKEN[:start] + BROKEN[other:stop] + BROKEN[end:])
        same_or_error(BROKEN[:start] + BROKEN[other:stop] + BROKEN[start:])


async def test_the_customer_is_asked_by_number_in_one_call() -> None:
    script, asked = Script(BROKEN), operation()
    connected = cast("CustomerSource", source(seansworld, script))

    record = await connected.fetch_customer(ACCOUNT, asked)

    assert record == CustomerRecord(
        name="John Doe & Sons",
        addresses=(
            Address(
                first_name="John",
                last_name="Doe & Sons",
                street1="12 King Street",
                street2="4b",
                city="Toronto",
                postal_code="M5H 1A1",
                region="ON",
                country_code="CA",
            ),
        ),
    )
    (request,) = script.requests
    assert (request.method, str(request.url)) == ("GET", "http://upstream.test/Base/custInfoAPI/?custID=212215")
    assert [(call.operation, call.account, call.rows) for call in asked.calls] == [("custInfoAPI", "212215", 1)]


@pytest.mark.parametrize(
    ("country", "street", "code"),
    [
        ("NL", "Dorpsstraat 193", "NL"),
        ("Netherlands", "Dorpsstraat 193", "NL"),
        ("us", "193 Dorpsstraat", "US"),
        ("United States", "193 Dorpsstraat", "US"),
        ("U.S.A.", "193 Dorpsstraat", "US"),
        ("The Netherlands", "Dorpsstraat 193", "NL"),
        ("", "193 Dorpsstraat", None),
        ("Ruritania", "193 Dorpsstraat", None),
    ],
)
async def test_the_house_number_stands_where_the_country_puts_it(country: str, street: str, code: str | None) -> None:
    record = await fetched(document(streetName="Dorpsstraat", streetNum="193", country=country))

    assert record is not None
    assert [(address.street1, address.country_code) for address in record.addresses] == [(street, code)]


async def test_a_country_that_nobody_knows_is_in_the_log_and_not_more_than_40_letters_of_it() -> None:
    with structlog.testing.capture_logs() as logged:
        for country in ("R" * 1_000, "USA", ""):
            await fetched(document(country=country))

    assert logged == [{"event": "country_unknown", "log_level": "info", "source": "here", "country": "R" * 40}]


async def test_a_name_alone_is_no_address() -> None:
    assert await fetched(document(firstName="John", country="US")) == CustomerRecord(name="John")


@pytest.mark.parametrize(
    "nobody",
    [
        httpx.Response(404, content="Not Found"),
        httpx.Response(204),
        b"",
        " \n",
        "<cust-info></cust-info>",
        "<cust-info/>",
    ],
)
async def test_the_ways_to_say_that_there_is_no_such_customer(nobody: httpx.Response | bytes | str) -> None:
    assert await fetched(nobody) is None


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (document(custID="212216"), SourceProtocolError),
        (document(city="a</city><city>b"), SourceProtocolError),
        (document(loyalty="gold"), SourceProtocolError),
        ("<customer><firstName>John</firstName></customer>", SourceProtocolError),
        ("<error>no</error>", SourceProtocolError),
        ("<html></html>", SourceProtocolError),
        ("<html><body>Closed</body></html>", SourceProtocolError),
        (document() + document(), SourceProtocolError),
        ("John Doe", SourceProtocolError),
        (httpx.Response(401), SourceAuthFailed),
        (httpx.Response(503), SourceUnavailable),
    ],
)
async def test_what_is_something_else_is_an_error(reply: httpx.Response | str, kind: type[SourceError]) -> None:
    with pytest.raises(kind):
        await fetched(reply)


async def test_an_unknown_element_is_left_aside_where_all_known_ones_are_there() -> None:
    record = await fetched(BROKEN.replace("<zip>", "<loyalty><points>3</points></loyalty><zip>"))

    assert record is not None
    assert record.addresses[0].postal_code == "M5H 1A1"


async def test_a_server_without_customers_is_not_asked() -> None:
    script = Script(BROKEN)
    connected = source(seansworld, script, customers_path="")

    assert not connected.capabilities.tells_customers
    assert await cast("CustomerSource", connected).fetch_customer(ACCOUNT, operation()) is None
    assert script.requests == []


def test_an_invoice_carries_no_address() -> None:
    assert seansworld.CAPABILITIES.tells_customers
    assert not [path for path in seansworld.CAPABILITIES.fields if "Address" in path]
