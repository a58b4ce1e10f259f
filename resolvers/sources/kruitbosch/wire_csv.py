"""Kruitbosch's CSV to the same records: a header, then one line a row, and nothing of how it went. Pure."""

from __future__ import annotations

import csv
from io import StringIO

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.kruitbosch.wire import Listing, Refusal, RowT, members_of

_NUMBER = "invoicenr"
_MOST_LINES, _BYTES_OF_LINE = 300_000, 50
"""So many in any answer, and in a larger one as many as have so many bytes each. Sixteen megabytes hold fewer of the
vendor's; millions of empty ones take a process for seconds."""


def parse_listing_csv(source: str, row: type[RowT], content: bytes) -> Listing[RowT]:
    """The rows below the header; none of an empty body. Raises SourceProtocolError for what is not such a table.

    Every line ends in a line break and has as many cells as the header: a body that is cut inside a line is found out,
    one that is cut between two lines is not.
    """
    most = max(_MOST_LINES, len(content) // _BYTES_OF_LINE)
    if max(content.count(b"\n"), content.count(b"\r")) > most:
        raise SourceProtocolError(source, f"CSV of more than {most} lines")
    try:
        text = content.decode("utf-8-sig")
        lines = list(csv.reader(StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceProtocolError(source, f"unreadable CSV: {type(error).__name__}") from None
    if not text:
        return Listing([])
    if not text.endswith("\n"):
        raise SourceProtocolError(source, "CSV whose last line does not end")
    header, *rows = lines
    columns = [name.strip().lower() for name in header]
    if _NUMBER not in columns or len(set(columns)) != len(columns):
        raise SourceProtocolError(source, "CSV whose header is not that of invoices")
    if any(len(cells) != len(columns) for cells in rows):
        raise SourceProtocolError(source, "CSV with a line that is longer or shorter than its header")
    names = members_of(row)
    tables = (dict(zip(columns, cells, strict=True)) for cells in rows)
    return Listing([row(**{attribute: each.get(name) or None for attribute, name in names}) for each in tables])


def parse_refusal_csv(_source: str, _content: bytes) -> Refusal | None:
    """None: a table has no place for it."""
    return None
