"""A reply of each vendor with every field filled, the same with one field changed, and what its source tells of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from pathlib import Path
from typing import Any

import httpx

from resolvers.model.customer import Account, Secret
from resolvers.model.errors import SourceError
from resolvers.model.requires import EVERYTHING
from resolvers.model.source import FindQuery, InvoiceList, InvoiceSource, ListQuery
from resolvers.sources import connectors
from tests.sources.upstream import NOON, operation, transport

FOLDER = Path(__file__).parent
KEYS = {
    "kruitbosch": "104233",
    "netforum": "cec29726-4a26-4c07-9162-048020e42241",
    "open2b": "1887",
    "seansworld": "212215",
    "shoxl": "10025",
}
_ROWS: dict[str, tuple[str, ...]] = {
    "kruitbosch": ("OutstandingInvoices",),
    "netforum": ("Results", "Result"),
    "open2b": ("invoices",),
    "shoxl": ("Orders",),
}
_LOGIN = {"username": "xweb", "password": "secret-word"}
_SETTINGS: dict[str, dict[str, Any]] = {
    "kruitbosch": _LOGIN,
    "netforum": _LOGIN | {"protocol": "json"},
    "open2b": {"currency": "EUR"},
    "seansworld": {},
    "shoxl": {},
}
_OTHER_WORDS = {
    "Proforma": "Invoice",
    "Sent": "Open",
    "Order": "Quote",
    "HalfUp": "Down",
    "PerItem": "PerLine",
    "PercentOff": "AmountOff",
    "Franco": "Assegnato",
    "GB": "IT",
    "EUR": "USD",
    "en-GB": "it-IT",
}


def fields_of(kind: str) -> list[str]:
    """The fields of the vendor's documents, in their order."""
    return (FOLDER / f"{kind}.txt").read_text(encoding="utf-8").split()


@dataclass(frozen=True, slots=True)
class Specimen:
    """A reply's text, and how one of its fields is found in it."""

    kind: str

    @property
    def text(self) -> str:
        """The reply as it is sent."""
        name = f"{self.kind}.xml" if self.kind == "seansworld" else f"{self.kind}.json"
        return (FOLDER / "specimens" / name).read_text(encoding="utf-8")

    def has(self, field: str) -> bool:
        """Whether the reply holds the field."""
        return self._tag(field) is not None if self.kind == "seansworld" else self._place(field) is not None

    def with_other(self, field: str) -> str:
        """The reply with another value there: a group empty, a word of the vendor's another one."""
        if self.kind == "seansworld":
            tag = self._tag(field)
            assert tag is not None
            return self.text[: tag.start(1)] + ("" if "<" in tag[1] else str(_other(tag[1]))) + self.text[tag.end(1) :]
        place = self._place(field)
        assert place is not None
        parent, name = place[0], place[1]
        parent[name] = _other(parent[name])
        return json.dumps(place[2], ensure_ascii=False)

    def _tag(self, field: str) -> re.Match[str] | None:
        name = re.escape(field.rpartition(".")[2])
        return None if field == "invoice-info" else re.search(rf"<{name}>(.*?)</{name}>", self.text, re.DOTALL)

    def _place(self, field: str) -> tuple[dict[str, Any], str, dict[str, Any]] | None:
        """The object that holds the field, its name there, and the whole reply: looked for in the row, then above."""
        document: dict[str, Any] = json.loads(self.text)
        *groups, name = field.removeprefix("reply.").split(".")
        roots = [document] if field.startswith("reply.") else [_below(document, _ROWS[self.kind]), document]
        for root in roots:
            parent = _below(root, groups)
            if name in parent:
                return parent, name, document
        return None


def _below(root: dict[str, Any], names: list[str] | tuple[str, ...]) -> dict[str, Any]:
    def step(parent: dict[str, Any], name: str) -> dict[str, Any]:
        child: Any = parent.get(name, {})
        first: Any = child[0] if isinstance(child, list) else child
        return first if isinstance(first, dict) else {}

    return reduce(step, names, root)


def _other(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case list():
            return []
        case dict():
            return None
    for pattern, change in _FORMS.items():
        if re.fullmatch(pattern, value):
            return change(value)
    return _OTHER_WORDS.get(value, f"{value}X")


_FORMS: dict[str, Callable[[str], str]] = {
    r"\d\d/\d\d/\d{4}": lambda day: day[:-4] + "2019",
    r"\d{4}-\d\d-\d\d.*": lambda day: "2019" + day[4:],
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}": lambda key: key[:-1] + ("0" if key[-1] != "0" else "1"),
    r"-?\d+(\.\d+)?": lambda number: str(Decimal(number) + 1),
}


async def told(kind: str, reply: str) -> InvoiceList | str:
    """What the source makes of a reply: a list, or the code of its error."""
    key = KEYS[kind]
    account = Account(id=key, source=kind, key=key, customer_id="C-1", secret=Secret("78FzLADvJ3naIe8d/CJQMA"))
    everything, source = frozenset({EVERYTHING}), _source(kind, reply)
    try:
        if source.capabilities.lists_by_account:
            return await source.list_invoices(ListQuery(account=account, fields=everything, limit=1), operation())
        return await source.find_invoices(FindQuery(account=account, fields=everything, ids=("2011",)), operation())
    except SourceError as error:
        return error.code


def _source(kind: str, reply: str) -> InvoiceSource:
    def answer(request: httpx.Request) -> httpx.Response:
        if "uth" in request.url.path:
            headers = {"WWW-Authenticate": "Bearer token = 1be16158-7d91-489a-97c4-fbdbfb0be1d6"}
            return httpx.Response(200, headers=headers, json={"SessionId": "s"})
        form = "xml" if kind == "seansworld" else "json"
        return httpx.Response(200, headers={"Content-Type": f"application/{form}"}, content=reply.encode())

    connector = connectors()[kind]
    table = {"kind": kind, "base_url": "http://upstream.test/Base", "retries": 0, **_SETTINGS[kind]}
    settings = connector.SETTINGS.model_validate(table)
    source: InvoiceSource = connector.build(kind, settings, transport(kind, settings, answer), lambda: NOON)
    return source
