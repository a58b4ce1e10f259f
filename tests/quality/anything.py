"""Any invoice that the model allows, drawn from the model's own types."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

from resolvers.model.invoice import Invoice, Note
from resolvers.quality import DataWarningCode
from tests.quality.invoices import SMALLEST_STEPS

_CENTS = st.decimals(min_value=-1000, max_value=1000, places=2)
_WIDE = st.decimals(min_value=Decimal("-1e300"), max_value=Decimal("1e300"))
_TINY = st.integers(-999, 999).map(lambda digits: Decimal(digits).scaleb(-300))
_CURRENCIES = st.sampled_from([currency for currency, _ in SMALLEST_STEPS])
_TEXTS = st.sampled_from(["", " ", "INV8403MC1", "inv8403mc1", "holmes@inv-london.com"])
_PATHS = st.sampled_from(["total", "lines.0.total.net", "shippingMethod.cost", "discounts.1.value", "lines", "x.0"])
_NOTES = st.builds(Note, st.sampled_from([*DataWarningCode]).map(str), st.none() | _PATHS, st.none() | _TEXTS)
_LEAVES: dict[Any, st.SearchStrategy[Any]] = {Decimal: _CENTS | _WIDE | _TINY, str: _TEXTS, Note: _NOTES}


def _any(hint: Any) -> st.SearchStrategy[Any]:
    if hint in _LEAVES:
        return _LEAVES[hint]
    if get_origin(hint) in (list, Sequence):
        return st.lists(_any(get_args(hint)[0]), max_size=3)
    if get_origin(hint) is UnionType:
        return st.one_of([_any(part) for part in get_args(hint)])
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return _any_of(hint)
    return st.from_type(hint)


def _any_of(struct: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(struct)
    parts = {name: _any(hints[name]) for name in struct.__struct_fields__}
    if "currency_code" in parts:
        parts["currency_code"] = _CURRENCIES
    return st.builds(struct, **parts)


ANY_INVOICE: st.SearchStrategy[Invoice] = _any_of(Invoice)
