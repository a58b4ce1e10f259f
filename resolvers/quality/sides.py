"""Which side of taxed amounts the rules read: the net one, and the gross one only where no net one is stated."""

from __future__ import annotations

from typing import NamedTuple

from resolvers.model.money import Money, TaxedMoney


class Side(NamedTuple):
    """Two amounts of the same side, and that side's name in a path."""

    name: str
    first: Money
    second: Money


def net_of(amount: TaxedMoney | None) -> Money | None:
    """The amount without tax, where that is stated."""
    return None if amount is None else amount.net


def common_side(first: TaxedMoney | None, second: TaxedMoney | None) -> Side | None:
    """The side that both state, net before gross; None where there is none."""
    if first is None or second is None:
        return None
    if first.net is not None and second.net is not None:
        return Side("net", first.net, second.net)
    if first.gross is not None and second.gross is not None:
        return Side("gross", first.gross, second.gross)
    return None
