"""What a page of this folder says: upstream state, query, answer and upstream calls, in the order of its headings."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.faults import Call

LANGUAGES = {"Upstream": "toml", "Query": "graphql", "Variables": "json", "Answer": "json", "Calls": ""}
COLUMNS = {"source", "operation", "account", "page", "fields", "ids", "id count", "status"}
_HEADING = re.compile(r"## (?P<name>[A-Z][a-z]+)(?: (?P<number>[1-9]\d*))?")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class BadPage(ValueError):
    """A page that does not say everything, or says what nobody reads."""


@dataclass(frozen=True, slots=True)
class Calls:
    """How often which call is made. `columns` are those properties of a call that the page tells apart."""

    columns: tuple[str, ...]
    expected: Counter[tuple[str, ...]]

    def counted(self, calls: Iterable[Call]) -> Counter[tuple[str, ...]]:
        """The calls that came in, as the page counts them."""
        return Counter(tuple(_cell(call, column) for column in self.columns) for call in calls)


@dataclass(frozen=True, slots=True)
class Upstream:
    """What befalls the sources before a request: new invoices, faults, and sources that are mended again."""

    faults: tuple[dict[str, Any], ...] = ()
    invoices: tuple[dict[str, str], ...] = ()
    mended: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request and all that must come of it."""

    query: str
    answer: dict[str, Any]
    calls: Calls
    upstream: Upstream = field(default_factory=Upstream)
    variables: dict[str, Any] = field(default_factory=dict)


def parse_page(text: str) -> list[Request]:
    """The page's requests in their order, never none. Raises BadPage."""
    if not text.startswith("# "):
        raise BadPage("a page begins with its promise: # ...")
    sections = list(_sections(text))
    starts = [place for place, (name, _) in enumerate(sections) if name == "Query"]
    if not starts:
        raise BadPage("there is no ## Query")
    # What stands upstream belongs to the query that follows it.
    starts = [place - (place > 0 and sections[place - 1][0] == "Upstream") for place in starts]
    if starts[0] != 0:
        raise BadPage(f"## {sections[0][0]} before the first query")
    return [_request(sections[start:end]) for start, end in zip(starts, [*starts[1:], len(sections)], strict=True)]


def _sections(text: str) -> Iterator[tuple[str, str]]:
    """Name and text of each section. Where there is more than one query, their sections are numbered."""
    _, *parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    several = sum(part.startswith("## Query") for part in parts) > 1
    number = 1
    seen: set[str] = set()
    for part in parts:
        heading, _, content = part.partition("\n")
        match = _HEADING.fullmatch(heading)
        if match is None or match["name"] not in LANGUAGES:
            raise BadPage(f"{heading!r} is none of {', '.join(LANGUAGES)}")
        name = match["name"]
        if name in seen or (name == "Upstream" and "Query" in seen):
            number, seen = number + 1, set()
        seen.add(name)
        if match["number"] != (str(number) if several else None):
            raise BadPage(f"{heading!r} should be numbered {number if several else 'not at all'}")
        yield name, content


def _request(sections: list[tuple[str, str]]) -> Request:
    given = dict(sections)
    if len(given) != len(sections):
        raise BadPage("a section comes twice for one query")
    for name in ("Query", "Answer", "Calls"):
        if name not in given:
            raise BadPage(f"a query without ## {name}")
    answer = _json(given, "Answer")
    if not answer.keys() & {"data", "errors"} or answer.keys() - {"data", "errors", "extensions"}:
        raise BadPage("an answer has data or errors, and perhaps extensions")
    return Request(
        query=_block(given, "Query"),
        answer=answer,
        calls=_calls(given["Calls"]),
        upstream=_upstream(given) if "Upstream" in given else Upstream(),
        variables=_json(given, "Variables") if "Variables" in given else {},
    )


def _block(given: dict[str, str], name: str) -> str:
    """The one fenced block of a section; there may be prose around it."""
    blocks = _FENCE.findall(given[name])
    if [language for language, _ in blocks] != [LANGUAGES[name]]:
        raise BadPage(f"## {name} holds one block of {LANGUAGES[name]}")
    return str(blocks[0][1])


def _json(given: dict[str, str], name: str) -> dict[str, Any]:
    try:
        value = json.loads(_block(given, name), object_pairs_hook=_once)
    except ValueError as error:
        raise BadPage(f"## {name}: {error}") from None
    if not isinstance(value, dict):
        raise BadPage(f"## {name} is an object")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise BadPage(f"a name comes twice among {', '.join(name for name, _ in pairs)}")
    return dict(pairs)


def _upstream(given: dict[str, str]) -> Upstream:
    said = tomllib.loads(_block(given, "Upstream"))
    faults, invoices, mended = said.pop("faults", []), said.pop("invoices", []), said.pop("mended", [])
    if said or not (faults or invoices or mended):
        raise BadPage("## Upstream has [[faults]], [[invoices]] or mended")
    if not all({"source", "kind"} <= fault.keys() for fault in faults):
        raise BadPage("a fault has a source and a kind")
    if any(invoice.keys() != {"source", "account"} for invoice in invoices):
        raise BadPage("an invoice is added by source and account, nothing else")
    return Upstream(tuple(faults), tuple(invoices), tuple(mended))


def _calls(text: str) -> Calls:
    """The table of calls, or the word that there are none."""
    if text.strip() == "None.":
        return Calls(("source", "operation"), Counter())
    rows = [
        [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]
    if len(rows) < 3 or _FENCE.search(text):
        raise BadPage('## Calls holds a table with at least one row, or "None."')
    (*columns, last), _, *body = rows
    if last != "calls" or not {"source", "operation"} <= set(columns) <= COLUMNS:
        raise BadPage(f"the columns are source, operation, some of {', '.join(sorted(COLUMNS))}, and calls at the end")
    expected: Counter[tuple[str, ...]] = Counter()
    for *cells, calls in body:
        if len(cells) != len(columns) or not calls.isdecimal() or int(calls) < 1 or tuple(cells) in expected:
            raise BadPage(f"a row of calls that cannot be counted: {cells}")
        expected[tuple(cells)] = int(calls)
    return Calls(tuple(columns), expected)


def _cell(call: Call, column: str) -> str:
    """A property of a call as a page writes it."""
    if column == "id count":
        return str(len(call.ids))
    value = getattr(call, column)
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(value)
