"""Open2b's currency: the configured one, else the shop's, asked once for all and only where it is needed."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import httpx
import pytest

from resolvers.model.errors import SourceError, SourceProtocolError, SourceUnavailable
from resolvers.model.invoice import Invoice, Note, ValueOrigin
from resolvers.model.source import FindQuery, InvoiceSource, ListQuery
from resolvers.sources import open2b
from tests.sources.scripted import BASE_URL, account_with_secret, source
from tests.sources.shop import Reply, Shop, refused
from tests.sources.upstream import Clock, operation, transport

ACCOUNT = account_with_secret("4711", "78FzLADvJ3naIe8d/CJQMA")
LANGUAGES = [{"locale": "en-GB", "currency": "GBP", "change": 1.08827}, {"locale": "it-IT", "currency": "EUR"}]
WANTED = frozenset({"total", "locale"})


def store(currency: str | None = "EUR", languages: object = LANGUAGES) -> str:
    return json.dumps({"status": "ok", "store": {"currency": currency, "languages": languages}})


def invoices(locale: str = "it-IT") -> str:
    return f'{{"status":"ok","invoices":[{{"id":5,"taxedTotal":12.5,"locale":"{locale}"}}],"count":1}}'


async def only(shop: InvoiceSource, fields: frozenset[str] = WANTED) -> Invoice:
    (invoice,) = (await shop.list_invoices(ListQuery(account=ACCOUNT, fields=fields), operation())).invoices
    return invoice


async def test_amounts_are_in_the_shops_currency_and_say_that_it_was_derived() -> None:
    shop = Shop(store=[store()], invoices=[invoices()])

    invoice = await only(source(open2b, shop))

    assert invoice.total is not None
    assert (str(invoice.total.amount), invoice.total.currency_code) == ("12.50", "EUR")
    assert (invoice.currency_code, invoice.currency_origin, invoice.notes) == ("EUR", ValueOrigin.DERIVED, [])
    asked = dict(shop.requests)["store"]
    assert (json.loads(asked.content), "x-customer-key" in asked.headers) == ({}, False)


async def test_a_language_with_another_currency_is_a_warning() -> None:
    invoice = await only(source(open2b, Shop(store=[store()], invoices=[invoices("en-GB")])))

    assert (invoice.currency_code, invoice.currency_origin) == ("EUR", ValueOrigin.DERIVED)
    assert invoice.notes == [Note("CURRENCY_ASSUMED", "currencyCode", expected="GBP", actual="EUR")]


@pytest.mark.parametrize(
    ("locale", "languages", "other"),
    [
        ("en-gb", {"en-GB": "GBP"}, "GBP"),
        ("en_GB", {"en-GB": "GBP"}, "GBP"),
        ("en", {"en-GB": "GBP"}, "GBP"),
        ("en-GB", {"en": "GBP"}, "GBP"),
        ("en-AU", {"en_gb": "GBP", "it-IT": "EUR"}, "GBP"),
        ("en", {"en-GB": "GBP", "en-IE": "EUR"}, None),
        ("en", {"en-GB": "GBP", "EN": "EUR"}, None),
        ("en-GB", {"en-GB": "GBP", "en": "EUR"}, "GBP"),
        ("en-US", {"en-GB": "GBP", "en-US": "EUR"}, None),
        ("e", {"en-GB": "GBP"}, None),
        ("", {"en-GB": "GBP"}, None),
    ],
)
async def test_a_language_is_known_in_any_spelling_and_without_its_region_where_that_is_clear(
    locale: str, languages: dict[str, str], other: str | None
) -> None:
    told = [{"locale": each, "currency": currency} for each, currency in languages.items()]
    invoice = await only(source(open2b, Shop(store=[store("EUR", told)], invoices=[invoices(locale)])))

    assert [note.expected for note in invoice.notes] == ([] if other is None else [other])


async def test_a_configured_currency_wins_without_a_call() -> None:
    shop = Shop(store=[store()], invoices=[invoices()])

    invoice = await only(source(open2b, shop, currency="CHF"))

    assert (invoice.currency_code, invoice.currency_origin) == ("CHF", ValueOrigin.CONFIGURED)
    assert shop.methods == ["invoices"]


@pytest.mark.parametrize(
    ("field", "is_asked"),
    [
        ("total", True),
        ("currencyCode", True),
        ("currencyOrigin", True),
        ("lines.tax", True),
        ("shippingMethod.cost", True),
        ("*", True),
        ("totals.total", True),
        ("taxes.amount", True),
        ("number", False),
        ("totals.quantity", False),
        ("totals.weight", False),
        ("taxes.rate", False),
        ("lines.tax.rate", False),
        ("lines.sku", False),
        ("shippingMethod.name", False),
        ("billingAddress", False),
    ],
)
async def test_the_shop_is_asked_only_where_an_amount_or_the_currency_is_wanted(field: str, *, is_asked: bool) -> None:
    shop = Shop(store=[store()], invoices=[invoices()])
    fields = frozenset({field, field.partition(".")[0]})

    await only(source(open2b, shop), fields)

    assert ("store" in shop.methods) is is_asked


async def test_without_an_invoice_the_shop_is_not_asked() -> None:
    shop = Shop(invoices=['{"status":"ok","invoices":[],"count":0}'])

    await source(open2b, shop).find_invoices(FindQuery(account=ACCOUNT, fields=WANTED, ids=("7",)), operation())

    assert shop.methods == ["invoices"]


async def test_many_at_once_ask_the_shop_once_and_later_ones_remember() -> None:
    shop = Shop(store=[store()], invoices=[invoices()])
    connected = source(open2b, shop)

    await asyncio.gather(*(only(connected) for _ in range(6)))
    await only(connected)

    assert (shop.methods.count("store"), shop.methods.count("invoices")) == (1, 7)


async def test_after_an_hour_the_shop_is_asked_again() -> None:
    shop, clock = Shop(store=[store("EUR"), store("GBP")], invoices=[invoices()]), Clock()
    settings = open2b.SETTINGS.model_validate({"base_url": BASE_URL})
    connected = open2b.build("here", settings, transport("here", settings, shop), clock)

    codes = []
    for passing in (timedelta(), timedelta(minutes=59), timedelta(minutes=1)):
        clock.now += passing
        codes.append((await only(connected)).currency_code)

    assert codes == ["EUR", "EUR", "GBP"]


@pytest.mark.parametrize(
    "reply",
    [
        store(None),
        '{"status":"ok","store":{}}',
        '{"status":"ok","store":null}',
        refused("UnknownField"),
        httpx.Response(403),
        httpx.Response(404, content="Not Found"),
        httpx.Response(405),
        httpx.Response(400, content="unknown method"),
    ],
)
async def test_a_shop_that_does_not_tell_leaves_the_currency_unknown_and_is_not_asked_again(reply: Reply) -> None:
    shop = Shop(store=[reply], invoices=[invoices()])
    connected = source(open2b, shop)

    await only(connected)
    invoice = await only(connected)

    assert (invoice.currency_code, invoice.currency_origin) == ("XXX", ValueOrigin.UNKNOWN)
    assert invoice.notes == [Note("CURRENCY_UNKNOWN", "currencyCode")]
    assert shop.methods.count("store") == 1


async def test_a_code_that_is_no_currency_is_noted_and_not_used() -> None:
    invoice = await only(source(open2b, Shop(store=[store("EURO")], invoices=[invoices()])))

    assert invoice.currency_code == "XXX"
    assert [(note.code, note.actual) for note in invoice.notes] == [
        ("VALUE_UNRECOGNISED", "EURO"),
        ("CURRENCY_UNKNOWN", None),
    ]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [(httpx.Response(500), SourceUnavailable), ('{"status":"ok","store":{"curr', SourceProtocolError)],
)
async def test_a_shop_that_fails_is_an_error_and_no_guess_and_is_asked_again(
    reply: Reply, kind: type[SourceError]
) -> None:
    shop = Shop(store=[reply, store()], invoices=[invoices()])
    connected = source(open2b, shop)

    with pytest.raises(kind):
        await only(connected)

    assert (await only(connected)).currency_code == "EUR"
