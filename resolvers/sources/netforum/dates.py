"""netFORUM's dates: as the vendor prints them, or as some tenants write them. Pure."""

from __future__ import annotations

import re
from datetime import date, tzinfo

from resolvers.model.reading import Reading

_BEGINS_WITH_YEAR = re.compile(r"\s*\d{4}-", re.ASCII)


def read_date(reading: Reading, path: str, value: str | None, zone: tzinfo | None) -> date | None:
    """The day of MM/DD/YYYY or of an ISO date, neither of which can be taken for the other.

    A time behind it is left aside, but that one with an offset is a day of the zone.
    """
    if value is not None and _BEGINS_WITH_YEAR.match(value):
        return reading.iso_date(path, value, zone)
    return reading.us_date(path, value, zone)
