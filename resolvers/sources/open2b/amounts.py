"""How Open2b's pairs of amounts and its weights are read. Pure."""

from __future__ import annotations

from msgspec import Raw

from resolvers.model.invoice import Weight
from resolvers.model.money import TaxedMoney
from resolvers.model.reading import Reading
from resolvers.sources.json_text import scalar_text


def read_taxed(reading: Reading, path: str, net: Raw, gross: Raw) -> TaxedMoney | None:
    """An amount without and with tax; None where neither is stated."""
    without_tax = reading.money(path + ".net", scalar_text(net))
    with_tax = reading.money(path + ".gross", scalar_text(gross))
    return None if without_tax is None and with_tax is None else TaxedMoney(net=without_tax, gross=with_tax)


def read_weight(reading: Reading, path: str, value: Raw) -> Weight | None:
    """A weight; its unit is the shop's own and not stated."""
    weight = reading.number(path, scalar_text(value))
    return None if weight is None else Weight(weight)
