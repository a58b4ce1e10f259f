"""The time behind a date: what vendors write there, and nothing else; an instant is a day of the source's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.model.invoice import Note
from resolvers.model.reading import Reading

NEW_YORK, AMSTERDAM = ZoneInfo("America/New_York"), ZoneInfo("Europe/Amsterdam")
FIRST_OF_JULY = date(2026, 7, 1)

TIMES = [
    "",
    " 11:46",
    " 11:46:16 AM",
    " 1:46:16 pm",
    " 11:46AM",
    " 11:46:16\u202fAM",
    "T23:59:59",
    " 23:59:59.997",
    "T23:59:59,1234567",
]


@pytest.mark.parametrize("behind", TIMES)
def test_a_time_behind_a_date_is_left_aside(behind: str) -> None:
    reading = Reading()

    assert reading.us_date("d", f"7/1/2026{behind}", NEW_YORK) == FIRST_OF_JULY
    assert reading.iso_date("d", f" 2026-07-01{behind} ", NEW_YORK) == FIRST_OF_JULY
    assert reading.notes == []


@pytest.mark.parametrize(
    "behind",
    [
        " cancelled",
        " or 12/03/2011",
        " 2026-08-01",
        "Tgarbage",
        "T99:99",
        " 24:00",
        " 12:60",
        " 12",
        "T12:00 and more",
        " 12:00 XM",
        "x",
        " 12:00 +25:00",
        " \u0661\u0662:00",
    ],
)
def test_what_is_no_time_makes_the_date_unparseable(behind: str) -> None:
    for read, text in ((Reading.us_date, f"7/1/2026{behind}"), (Reading.iso_date, f"2026-07-01{behind}")):
        reading = Reading()

        assert read(reading, "d", text, NEW_YORK) is None
        assert reading.notes == [Note("DATE_UNPARSEABLE", "d", None, text)]


@pytest.mark.parametrize(
    ("written", "zone", "day"),
    [
        ("2026-07-02T02:00:00Z", NEW_YORK, FIRST_OF_JULY),
        ("2026-07-02T02:00:00.0000000+00:00", NEW_YORK, FIRST_OF_JULY),
        ("2026-06-30 22:00:00Z", AMSTERDAM, FIRST_OF_JULY),
        ("2026-06-30 22:00Z", AMSTERDAM, FIRST_OF_JULY),
        ("2026-06-30 10:00:00 PM +00:00", AMSTERDAM, FIRST_OF_JULY),
        ("2026-07-01T01:00:00+02", AMSTERDAM, FIRST_OF_JULY),
        ("2026-07-01 12:30 AM -0400", NEW_YORK, FIRST_OF_JULY),
        ("2026-07-01 12:30 PM -0400", NEW_YORK, FIRST_OF_JULY),
        ("2026-07-01Z", NEW_YORK, FIRST_OF_JULY),
        ("2026-07-01+02:00", NEW_YORK, FIRST_OF_JULY),
        ("2026-07-02T02:00:00Z", None, date(2026, 7, 2)),
    ],
)
def test_an_instant_is_a_day_of_the_zone_and_a_date_the_day_that_it_says(
    written: str, zone: ZoneInfo | None, day: date
) -> None:
    year, month, rest = written.split("-", 2)
    reading = Reading()

    assert reading.iso_date("d", written, zone) == day
    assert reading.us_date("d", f"{month}/{rest[:2]}/{year}{rest[2:]}", zone) == day
    assert reading.notes == []


@given(
    st.integers(-62_000_000_000, 253_000_000_000),
    st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30))]),
    st.sampled_from([NEW_YORK, AMSTERDAM]),
)
def test_any_instant_is_the_day_that_the_zones_calendar_has(seconds: int, offset: timezone, zone: ZoneInfo) -> None:
    moment = datetime.fromtimestamp(seconds, offset)

    assert Reading().iso_date("d", moment.isoformat(), zone) == moment.astimezone(zone).date()


@pytest.mark.parametrize(
    ("written", "code"), [("0001-01-01T00:00:00Z", "SENTINEL"), ("9999-12-31T23:59:59Z", "UNPARSEABLE")]
)
def test_an_instant_at_the_calendars_end_is_noted(written: str, code: str) -> None:
    reading = Reading()

    assert reading.iso_date("d", written, AMSTERDAM) is None
    assert reading.notes == [Note(f"DATE_{code}", "d", None, written)]
