"""The currency of Open2b's amounts: no invoice states it, the shop's settings do. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from resolvers.model.derivation import settle_currency
from resolvers.model.invoice import ValueOrigin
from resolvers.model.reading import Reading
from resolvers.model.requires import EVERYTHING
from resolvers.sources.json_text import check_names_once
from resolvers.sources.open2b.envelope import Envelope, Record, open_envelope

STORE = "storefront.store"
STORE_REQUEST = b"{}"
"""Its page names no members to choose, and what a page does not name is refused as UnknownField."""

_IN_A_CURRENCY = frozenset(
    {
        EVERYTHING,
        "currencyCode",
        "currencyOrigin",
        "total",
        "totals.prediscountSubtotal",
        "totals.subtotal",
        "totals.shipping",
        "totals.paymentFee",
        "totals.tax",
        "totals.total",
        "totals.lines",
        "lines.unitPrice",
        "lines.total",
        "lines.tax.amount",
        "taxes.taxableAmount",
        "taxes.amount",
        "shippingMethod.cost",
        "paymentMethod.cost",
    }
)


class ShopCurrencies(NamedTuple):
    """The currency of the shop's prices, None where it does not say, and that of each language by its locale.

    Locales are in one spelling, `en-gb`. One without a region stands for all of its language, if they agree.
    """

    currency: str | None = None
    by_locale: Mapping[str, str] = MappingProxyType({})

    def of_locale(self, locale: str) -> str | None:
        """The currency of a locale's language; None where the shop does not have it, or in more than one currency."""
        tag = _tag(locale)
        return self.by_locale.get(tag) or self.by_locale.get(_language_of(tag))


class _Language(Record, frozen=True, gc=False):
    locale: str | None = None
    currency: str | None = None


class _Store(Record, frozen=True, gc=False):
    currency: str | None = None
    languages: list[_Language] | None = None


class _Reply(Envelope, frozen=True, gc=False):
    store: _Store | None = None


_REPLY = msgspec.json.Decoder(_Reply)


def parse_store(source: str, content: bytes) -> ShopCurrencies:
    """What the shop's settings say of currencies. Raises Refused, and SourceProtocolError for what is no answer."""
    check_names_once(source, content)
    store = open_envelope(source, content, _REPLY).store or _Store()
    by_locale = {
        _tag(language.locale): language.currency
        for language in store.languages or []
        if language.locale is not None and language.currency is not None
    }
    return ShopCurrencies(store.currency, _of_languages(by_locale) | by_locale)


def needs_currency(fields: frozenset[str]) -> bool:
    """Whether an amount or the currency itself is among these canonical paths."""
    return not fields.isdisjoint(_IN_A_CURRENCY)


def settle_shop_currency(
    reading: Reading, configured: str | None, shop: ShopCurrencies | None, locale: str | None
) -> ValueOrigin:
    """Sets the reading's currency and tells who says so: the configuration, else the shop, else nobody.

    CURRENCY_ASSUMED also where the language that the invoice is written in has another currency than the shop.
    """
    if configured is not None or shop is None:
        return settle_currency(reading, configured)
    origin = settle_currency(reading, None, shop.currency)
    if origin is not ValueOrigin.SOURCE:
        return origin
    other = shop.of_locale(locale) if locale else None
    if other is not None and other != reading.currency_code:
        reading.note("CURRENCY_ASSUMED", "currencyCode", expected=other, actual=reading.currency_code)
    return ValueOrigin.DERIVED


def _of_languages(by_locale: Mapping[str, str]) -> dict[str, str]:
    """The currency of each language that has just one, whatever the region."""
    found: dict[str, set[str]] = {}
    for tag, currency in by_locale.items():
        found.setdefault(_language_of(tag), set()).add(currency)
    return {language: min(currencies) for language, currencies in found.items() if len(currencies) == 1}


def _tag(locale: str) -> str:
    return locale.replace("_", "-").lower()


def _language_of(tag: str) -> str:
    return tag.partition("-")[0]
