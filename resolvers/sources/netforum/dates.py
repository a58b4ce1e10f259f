"""netFORUM's dates: as the vendor prints them, or as some tenants write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from resolvers.model.reading import OddColumn, Reading

_BEGINS_WITH_YEAR = re.compile(r"\s*\d{4}-", re.ASCII)
_LONGEST_KEPT = 40


def read_date(reading: Reading, path: str, value: str | None) -> date | None:
    """The day of MM/DD/YYYY or of an ISO date, neither of which can be taken for the other; a time is left aside."""
    if value is not None and _BEGINS_WITH_YEAR.match(value):
        return reading.iso_date(path, value)
    return reading.us_date(path, value)


def dates_of(values: Iterable[str | None]) -> list[date | None]:
    """A column's days, each as `read_date` reads it. Raises OddColumn."""
    return [*map(_plain_date, values)]


@lru_cache(maxsize=4_096)
def _plain_date(value: str | None) -> date | None:
    """The day, kept: many invoices are of the same days. Raises OddColumn where something would be noted."""
    reading = Reading()
    day = read_date(reading, "", value)
    if reading.notes or (value is not None and len(value) > _LONGEST_KEPT):
        raise OddColumn
    return day
