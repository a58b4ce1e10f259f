"""ServiceStack's formats: one response object as JSON, XML, CSV or an HTML page, each with its own kind of dates."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from html import escape as html_escape
from typing import Literal
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sandbox.json_text import JsonText
from sandbox.kruitbosch.replies import NOT_SET, Reply, Value

Format = Literal["json", "xml", "csv", "html"]
Naming = Literal["pascal", "camel"]

_ZONE = ZoneInfo("Europe/Amsterdam")
_CONTRACTS = "http://schemas.datacontract.org/2004/07/Webservices.ServiceModel"
_FORMATS: dict[str, Format] = {"json": "json", "xml": "xml", "csv": "csv"}
_REPLY = re.compile(r"/(json|xml|csv)/(?:reply|oneway)/", re.IGNORECASE)
_SUFFIX = re.compile(r"\.(json|xml|csv)$", re.IGNORECASE)
_ACCEPTED: dict[str, Format] = {
    "application/json": "json",
    "text/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/csv": "csv",
}


def format_of(request: Request) -> Format:
    """What the caller asked for, by predefined route, suffix, `?format=` or Accept; HTML where it did not say."""
    path = request.scope["path"]
    named = _REPLY.match(path) or _SUFFIX.search(path)
    told = named[1] if named else request.query_params.get("format", "")
    if told.lower() in _FORMATS:
        return _FORMATS[told.lower()]
    accepted = [part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "").split(",")]
    return next((_ACCEPTED[media_type] for media_type in accepted if media_type in _ACCEPTED), "html")


def written(reply: Reply, form: Format, naming: Naming, status: int = 200) -> Response:
    """The reply in one format."""
    if form == "xml":
        return Response(to_xml(reply), status, media_type="application/xml; charset=utf-8")
    if form == "csv":
        disposition = {"Content-Disposition": f'attachment;filename="{reply.operation}.csv"'}
        return Response(to_csv(reply), status, disposition, media_type="text/csv")
    if form == "html":
        shown = html_escape(to_xml(reply))
        return HTMLResponse(f"<!DOCTYPE html><html><title>{reply.operation}</title><pre>{shown}</pre></html>", status)
    return JsonText(to_json(reply.members, naming), status)


def to_json(value: Value, naming: Naming) -> object:
    """What the JSON encoder takes: nulls left out, decimals as they are, dates as the text that ServiceStack writes."""
    if isinstance(value, Mapping):
        kept = {name: member for name, member in value.items() if member is not None}
        return {_cased(name, naming): to_json(member, naming) for name, member in kept.items()}
    if isinstance(value, date):
        return msgspec.Raw(rf'"\/Date({_milliseconds(value)}-0000)\/"'.encode())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [to_json(row, naming) for row in value]
    return value


def _milliseconds(day: date) -> int:
    """Since 1970 in UTC, of local midnight: an unspecified DateTime is the server's own time. Year 1 is exempt."""
    if day == NOT_SET:
        return -62135596800000
    return int(datetime(day.year, day.month, day.day, tzinfo=_ZONE).timestamp()) * 1000


def _cased(name: str, naming: Naming) -> str:
    return name[0].lower() + name[1:] if naming == "camel" else name


def to_xml(reply: Reply) -> str:
    """What DataContractSerializer writes: members by the alphabet, prefixes by depth, nulls with i:nil."""
    rows, status = reply.members[reply.rows], reply.members["ResponseStatus"]
    others = {name: member for name, member in reply.members.items() if name not in (reply.rows, "ResponseStatus")}
    members = {name: _element(name, member) for name, member in others.items()}
    members[reply.rows] = _listed(reply, rows)
    members["ResponseStatus"] = _nested("ResponseStatus", "http://schemas.servicestack.net/types", status)
    return (
        f'<?xml version="1.0" encoding="utf-8"?><{reply.operation}Response'
        f' xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="{_CONTRACTS}.Operations">'
        f"{''.join(members[name] for name in sorted(members))}</{reply.operation}Response>"
    )


def _listed(reply: Reply, rows: Value) -> str:
    namespace = f"{_CONTRACTS}.Types"
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        return _nested(reply.rows, namespace, None)
    inner = "".join(f"<d2p1:{reply.row}>{_row(row)}</d2p1:{reply.row}>" for row in rows)
    return f'<{reply.rows} xmlns:d2p1="{namespace}">{inner}</{reply.rows}>'


def _row(row: Mapping[str, Value]) -> str:
    return "".join(_element(f"d2p1:{name}", row[name]) for name in sorted(row))


def _nested(name: str, namespace: str, value: Value) -> str:
    if not isinstance(value, Mapping):
        return f'<{name} xmlns:d2p1="{namespace}" i:nil="true" />'
    # ResponseStatus has an order of its own, as in the vendor's sample.
    inner = "".join(_element(f"d2p1:{member}", text) for member, text in value.items())
    return f'<{name} xmlns:d2p1="{namespace}">{inner}</{name}>'


def _element(name: str, value: Value) -> str:
    if value is None:
        return f'<{name} i:nil="true" />'
    text = f"{value.isoformat()}T00:00:00" if isinstance(value, date) else _text(value)
    return f"<{name}>{escape(text)}</{name}>" if text else f"<{name} />"


def to_csv(reply: Reply) -> str:
    """Only the list; a header and nothing else where it is empty."""
    rows = reply.members[reply.rows]
    listed = list(rows) if isinstance(rows, Sequence) and not isinstance(rows, str) else []
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(reply.columns)
    writer.writerows([_text(value) for value in row.values()] for row in listed)
    return out.getvalue()


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else str(value)
