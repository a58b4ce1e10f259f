"""From a wire's text to a canonical value, noting what was odd: the one voice in which all five mappings read.

A Reading belongs to one record. Values that cannot be read become None and a note; nothing here raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, tzinfo
from decimal import Context, Decimal, Inexact, InvalidOperation
from functools import lru_cache
from itertools import repeat
from typing import TypeVar

from resolvers.model.invoice import Note
from resolvers.model.money import Money, at_scale, step_of

T = TypeVar("T")

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?0*\d{1,2})?", re.ASCII)
_PLAIN = "-.0123456789"
"""What nearly all amounts are made of: such a text is a Decimal just where it is a number as we know it."""
_ALL_PLAIN = re.compile(r"[-.0-9]*").fullmatch
_AT_SCALE = Context(prec=18, traps=[Inexact, InvalidOperation]).quantize
LONGEST_NUMBER = 40
"""A longer text is nobody's amount."""
_LEAST_INTEGER, _GREATEST_INTEGER = -(2**31), 2**31 - 1
_CLOCK = r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:[.,]\d{1,9})?)?"
_HALF = r"(?:[ \u202f]?(?P<half>[AP])M)?"  # .NET writes a narrow blank before it since ICU 72
_OFFSET = r"(?: ?(?P<offset>Z|[+-]\d\d(?::?\d\d)?))?"
_TIME = rf"(?:[ T]{_CLOCK}{_HALF}{_OFFSET}|Z|[+-]\d\d:\d\d)?"
_US_DAY = r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})"
_ISO_DAY = r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
_US_DATE = re.compile(_US_DAY + _TIME, re.ASCII | re.IGNORECASE).fullmatch
_ISO_DATE = re.compile(_ISO_DAY + _TIME, re.ASCII | re.IGNORECASE).fullmatch
_LONGEST_DATE = 40
_Written = Callable[[str], re.Match[str] | None]
_QUOTED = 100


class Reading:
    """Reads one record. `prefix` is put before every path, such as `lines.2.` while the third line is read.

    `known` notes are those that all records of a reply begin with; they stay one list until a record adds to them.
    """

    __slots__ = ("_known", "currency_code", "notes", "prefix")

    def __init__(self, currency_code: str = "XXX", known: list[Note] | None = None) -> None:
        self.currency_code = currency_code
        self.prefix = ""
        self.notes: list[Note] = [] if known is None else known
        self._known = known

    def note(self, code: str, path: str | None, *, expected: str | None = None, actual: str | None = None) -> None:
        """Notes an oddity at a path (None: all of the record)."""
        quoted = actual if actual is None or len(actual) <= _QUOTED else actual[:_QUOTED] + "…"
        if self.notes is self._known:
            self.notes = [*self._known]
        self.notes.append(Note(code, None if path is None else self.prefix + path, expected, quoted))

    def text(self, path: str, value: str | None) -> str | None:
        """The text without blanks around it; None for an empty one. TEXT_TRIMMED where that changed a value."""
        if not value:
            return None
        trimmed = value.strip()
        if not trimmed:
            return None
        if len(trimmed) != len(value):
            self.note("TEXT_TRIMMED", path, expected=trimmed, actual=value)
        return trimmed

    def number(self, path: str, value: str | None) -> Decimal | None:
        """The number as written, digit by digit; None for an empty text. VALUE_UNREADABLE for anything else."""
        if value is None or not (trimmed := value.strip()):
            return None
        if len(trimmed) <= LONGEST_NUMBER and _NUMBER.fullmatch(trimmed):
            number = Decimal(trimmed)
            if abs(number.adjusted()) <= LONGEST_NUMBER:  # 1e99 is nobody's amount, and would be written out in full
                return number
        self.note("VALUE_UNREADABLE", path, actual=value)
        return None

    def money(self, path: str, value: str | None) -> Money | None:
        """The amount in the record's currency, at its scale; zero has no sign.

        SCALE_EXCESS where it has more digits than that.
        """
        if value is not None and len(value) <= LONGEST_NUMBER and not value.strip(_PLAIN):
            try:
                plain = _AT_SCALE(Decimal(value), step_of(self.currency_code))
                return Money(plain or plain.copy_abs(), self.currency_code)
            except (Inexact, InvalidOperation):
                pass
        amount = self.number(path, value)
        if amount is None:
            return None
        scaled = at_scale(amount, self.currency_code)
        if scaled is None:
            self.note("SCALE_EXCESS", path, actual=format(amount, "f"))
            return Money(amount, self.currency_code)
        return Money(scaled, self.currency_code)

    def integer(self, path: str, value: str | None) -> int | None:
        """A whole number as wide as GraphQL's Int; None for an empty text. VALUE_UNREADABLE for anything else."""
        number = self.number(path, value)
        if number is None:
            return None
        if number == number.to_integral_value() and _LEAST_INTEGER <= number <= _GREATEST_INTEGER:
            return int(number)
        self.note("VALUE_UNREADABLE", path, actual=value)
        return None

    def us_date(self, path: str, value: str | None, zone: tzinfo | None = None) -> date | None:
        """A date written MM/DD/YYYY, and otherwise as `iso_date`."""
        return self._date(path, value, _US_DATE, zone)

    def iso_date(self, path: str, value: str | None, zone: tzinfo | None = None) -> date | None:
        """A date written YYYY-MM-DD. A time behind it is left aside, but that one with an offset is a day of the zone.

        DATE_SENTINEL for the year 1, DATE_UNPARSEABLE where it is no date, or something else than a time follows.
        """
        if value is not None and len(value) == 10 and value[5] != "W":  # by far the most; the other form counts weeks
            try:
                return self.dated(path, date.fromisoformat(value), value)
            except ValueError:
                pass
        return self._date(path, value, _ISO_DATE, zone)

    def _date(self, path: str, value: str | None, written: _Written, zone: tzinfo | None) -> date | None:
        if value is None or not (trimmed := value.strip()):
            return None
        read = (_recent_day if len(trimmed) <= _LONGEST_DATE else _day)(trimmed, written, zone)
        if read is None:
            self.note("DATE_UNPARSEABLE", path, actual=value)
        return self.dated(path, read, value)

    def dated(self, path: str, read: date | None, value: str) -> date | None:
        """The date, or None and DATE_SENTINEL where it is the year 1, with which vendors say that there is none."""
        if read is not None and read.year == 1:
            self.note("DATE_SENTINEL", path, actual=value)
            return None
        return read

    def word(self, path: str, value: str | None, words: Mapping[str, T], otherwise: T) -> T | None:
        """What a vendor's word stands for; None for an empty text. VALUE_UNRECOGNISED where it is in no list."""
        if value is not None and value in words:  # by far the most
            return words[value]
        text = self.text(path, value)
        if text is None:
            return None
        if text in words:
            return words[text]
        self.note("VALUE_UNRECOGNISED", path, actual=text)
        return otherwise


class OddColumn(Exception):
    """A column cannot be read at once: a Reading would note one of its values, or take longer to read it."""


def amounts_of(values: Iterable[str | None], currency_code: str) -> list[Money]:
    """A column's amounts, each as `Reading.money` reads it. Raises OddColumn."""
    try:
        texts = [*values]
        joined = "".join(texts)  # type: ignore[arg-type]  # TypeError for None
        if not _ALL_PLAIN(joined) or max(map(len, texts), default=0) > LONGEST_NUMBER:  # type: ignore[arg-type]  # TypeError for None
            raise OddColumn
        numbers = map(Decimal, texts)  # type: ignore[arg-type]  # never reached with None
        scaled: Iterable[Decimal] = map(_AT_SCALE, numbers, repeat(step_of(currency_code)))
        if "-0" in joined or "-." in joined:
            scaled = [amount or amount.copy_abs() for amount in scaled]
        return [*map(Money, scaled, repeat(currency_code))]
    except (TypeError, Inexact, InvalidOperation):
        raise OddColumn from None


def texts_of(values: Iterable[str | None]) -> list[str | None]:
    """A column's texts, each as `Reading.text` reads it. Raises OddColumn.

    They are copies: of all that a decoder made of a large reply nothing stays behind, and its room is used again.
    """
    texts = [value or "" for value in values]
    copies = "\0".join(texts).split("\0")
    if [*map(str.strip, copies)] != texts:
        raise OddColumn
    return [text or None for text in copies]


_ReadDate = Callable[[Reading, str, str | None, tzinfo | None], date | None]


def dates_of(values: Iterable[str | None], read: _ReadDate, zone: tzinfo | None = None) -> list[date | None]:
    """A column's days, each as `read` reads it, such as `Reading.iso_date`. Raises OddColumn."""
    return [*map(_plain_date, values, repeat(read), repeat(zone))]


@lru_cache(maxsize=4_096)
def _plain_date(value: str | None, read: _ReadDate, zone: tzinfo | None) -> date | None:
    """The day, kept: many invoices are of the same days. Raises OddColumn where something would be noted."""
    reading = Reading()
    day = read(reading, "", value, zone)
    if reading.notes or (value is not None and len(value) > _LONGEST_DATE):
        raise OddColumn
    return day


def _day(text: str, written: _Written, zone: tzinfo | None) -> date | None:
    """The day that is written so; None where it is not one, or no day of the zone."""
    found = written(text)
    if found is None:
        return None
    try:
        day = date(*map(int, found.group("year", "month", "day")))
        if zone is None or found["offset"] is None or day.year == 1:  # a day that is none has no neighbour
            return day
        return datetime.combine(day, _time(found)).astimezone(zone).date()
    except (ValueError, OverflowError):
        return None


def _time(found: re.Match[str]) -> time:
    """The time behind a date, with its offset."""
    hour, minute, half = int(found["hour"]), found["minute"], found["half"]
    if half is not None:
        hour = hour % 12 + (12 if half in "Pp" else 0)
    return time.fromisoformat(f"{hour:02}:{minute}:{found['second'] or '00'}{found['offset'].upper()}")


_recent_day = lru_cache(maxsize=4_096)(_day)
"""The same, kept: many invoices are of the same days."""
