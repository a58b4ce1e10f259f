"""ServiceStack's dates to days of the source's zone. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from resolvers.model.reading import Reading

# The offset only says in which form the server held the moment: the milliseconds are UTC's all the same. An
# unspecified one (`-0000`) is the server's local time less its offset, so that its midnight is the evening before.
_EPOCH = re.compile(r"/Date\((-?\d{1,18})([+-]\d{4})?\)/", re.ASCII)

_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_TWO = (datetime(2, 1, 1, tzinfo=UTC) - _UNIX_EPOCH) // timedelta(milliseconds=1)


def read_date(reading: Reading, path: str, value: str | None, zone: ZoneInfo) -> date | None:
    """The day of `/Date(milliseconds)/` or of an ISO date in that zone; an ISO date without a zone is the day it says.

    The year 1, with which .NET says that there is no date, is DATE_SENTINEL; what cannot be read DATE_UNPARSEABLE.
    """
    text = (value or "").strip()
    match = _EPOCH.fullmatch(text)
    if match is None:
        return reading.iso_date(path, text, zone)
    try:
        return reading.dated(path, _day_of_epoch(int(match[1]), zone), text)
    except (ValueError, OverflowError):
        reading.note("DATE_UNPARSEABLE", path, actual=text)
        return None


def _day_of_epoch(milliseconds: int, zone: ZoneInfo) -> date:
    if milliseconds < _YEAR_TWO:  # before any conversion, for zones west of Greenwich have no such moment
        return date.min
    return (_UNIX_EPOCH + timedelta(milliseconds=milliseconds)).astimezone(zone).date()
