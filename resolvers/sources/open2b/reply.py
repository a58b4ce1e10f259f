"""What all records of one of Open2b's replies share, and what is settled once for all of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from resolvers.model.customer import Account
from resolvers.model.invoice import Note, Provenance, ValueOrigin
from resolvers.model.reading import Reading
from resolvers.sources.open2b.currency import ShopCurrencies, settle_shop_currency
from resolvers.sources.open2b.projection import FIELDS, member_names
from resolvers.sources.open2b.wire import OPERATION

_OUTLINE = {
    *("id", "number", "type", "status", "sourceStatus", "paymentStatus", "issueDate", "dueDate"),
    *("currencyCode", "currencyOrigin", "total", "provenance"),
}
_PARTICULARS = FIELDS - _OUTLINE - {path for path in FIELDS if path.partition(".")[0] == "lines"}


@dataclass(slots=True, kw_only=True)
class ReplyContext:
    """What all records of a reply share. Times are of `zone`.

    `currency` is the configured one, `shop` tells the shop's own where it was asked. `wanted` are the canonical paths
    that the records were asked for.
    """

    source: str
    account: Account
    currency: str | None
    shop: ShopCurrencies | None = None
    zone: tzinfo
    wanted: frozenset[str]
    fetched_at: datetime
    is_outline: bool = field(init=False)
    has_lines: bool = field(init=False)
    currency_code: str = field(init=False)
    currency_origin: ValueOrigin = field(init=False)
    _known: dict[str | None, list[Note]] = field(default_factory=dict, init=False)
    _provenances: dict[tuple[str, ...], Provenance] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        reading, origin = self._settled(None)  # the locale matters to the notes alone
        self.is_outline = self.wanted.isdisjoint(_PARTICULARS)
        self.has_lines = "items" in member_names(self.wanted)
        self.currency_code, self.currency_origin = reading.currency_code, origin

    def begin(self, locale: str | None) -> Reading:
        """What reads a record of this locale, its currency settled."""
        by = None if self.shop is None else locale
        known = self._known.get(by)
        if known is None:
            known = self._settled(by)[0].notes
        return Reading(self.currency_code, known)

    def _settled(self, locale: str | None) -> tuple[Reading, ValueOrigin]:
        """A reading that knows the currency, and who says so; what it notes is noted of all records of the locale."""
        reading = Reading()
        origin = settle_shop_currency(reading, self.currency, self.shop, locale)
        self._known[locale] = reading.notes
        return reading, origin

    def provenance(self, *derived: str) -> Provenance:
        """Where an invoice with these derived fields comes from; one for all of them."""
        known = self._provenances.get(derived)
        if known is None:
            known = Provenance(self.source, OPERATION, self.fetched_at, derived_fields=[*derived])
            self._provenances[derived] = known
        return known
