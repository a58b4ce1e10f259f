"""Every field of every vendor's document is in the schema, or in docs/mapping.md with what else becomes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import msgspec
import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, get_named_type

from graph.schema import build_schema
from resolvers.model.invoice import Invoice
from resolvers.model.line_table import TableLines
from resolvers.model.money import Money
from resolvers.model.source import InvoiceList
from tests.sources.upstream import SAMPLES
from tests.vendor_fields.mapping_page import Row, sections
from tests.vendor_fields.specimen import KEYS, Specimen, fields_of, told

PAGE = sections()
ROWS = {(kind, name): row for kind in PAGE for row in PAGE[kind].documented for name in row.fields}
IN_REPLIES = [(kind, name) for kind, name in ROWS if Specimen(kind).has(name)]
MAPPED = [place for place in IN_REPLIES if ROWS[place].word is None and not ROWS[place].paths[0][0].isupper()]
READ = [place for place in IN_REPLIES if ROWS[place].word == "read"]
UNSEEN = [place for place in IN_REPLIES if ROWS[place].word == "not carried"]
FOLLOWED_LATER = {("shoxl", "DownloadablePdfUri")}  # the invoice holds no vendor's link, only that there is a document
FOLLOWS_FROM_ANY = {"paymentStatus"}
PRINTED = {
    "netforum": ("netforum_open_invoices.xml", r"<(inv_\w+|mbt_\w+|Results?)\b"),
    "open2b": ("open2b_invoices.txt", r'"(\w+)" ?:'),
    "seansworld": ("seansworld_invoice.xml", r"<([\w-]+)>"),
    "kruitbosch": ("kruitbosch_outstanding_invoices.json", r'"(\w+)":'),
}


def schema() -> GraphQLSchema:
    made: GraphQLSchema = build_schema()._schema
    return made


def is_in_schema(path: str, types: GraphQLSchema) -> bool:
    owner, names = ("Invoice", path.split("."))
    if path[0].isupper():
        owner, *names = names
    at: Any = types.type_map.get(owner)
    for name in names:
        if not isinstance(at, GraphQLObjectType | GraphQLInterfaceType) or name not in at.fields:
            return False
        at = get_named_type(at.fields[name].type)
    return at is not None


def values(value: Any, path: str = "") -> Iterator[tuple[str, object]]:
    """What an invoice says, by path; of the items of a list, one after the other."""
    if isinstance(value, Money):
        yield path, value.amount
    elif isinstance(value, msgspec.Struct):
        for name, field in zip(value.__struct_fields__, _camel_names(type(value)), strict=True):
            yield from values(getattr(value, name), f"{path}.{field}" if path else field)
    elif isinstance(value, (list, TableLines)):
        yield path, len(value)
        yield from chain.from_iterable(values(item, path) for item in value)
    elif value is not None:
        yield path, value


def _camel_names(struct: type[msgspec.Struct]) -> list[str]:
    return [re.sub(r"_(\w)", lambda match: match[1].upper(), name) for name in struct.__struct_fields__]


async def said(kind: str, reply: str) -> dict[str, list[object]]:
    """What is told of the one invoice of a reply; nothing where there is none."""
    answer = await told(kind, reply)
    said_by_path: dict[str, list[object]] = {}
    for invoice in answer.invoices if isinstance(answer, InvoiceList) else []:
        said_by_path.setdefault("id", []).append(invoice.id)
        for path, value in values(invoice):
            if not path.startswith(("provenance", "notes")):
                said_by_path.setdefault(path, []).append(value)
    return said_by_path


@pytest.mark.parametrize("kind", sorted(PAGE))
def test_each_field_of_the_documents_has_its_row_and_no_row_is_of_another_field(kind: str) -> None:
    names = [name for row in PAGE[kind].documented for name in row.fields]

    assert names == fields_of(kind)
    assert all(len(row.fields) == 1 for row in PAGE[kind].documented)


@pytest.mark.parametrize("kind", sorted(PRINTED))
def test_each_name_in_a_printed_sample_is_among_the_fields(kind: str) -> None:
    file, pattern = PRINTED[kind]
    printed = set(re.findall(pattern, (SAMPLES / file).read_text(encoding="utf-8")))

    known = {part for name in fields_of(kind) for part in name.split(".")}

    assert printed - known - {"invoices", "count", "String"} == set()
    assert len(printed) > 7


@pytest.mark.parametrize("kind", sorted(PAGE))
def test_each_path_on_the_page_is_in_the_schema(kind: str) -> None:
    types = schema()
    rows: list[Row] = [*PAGE[kind].documented, *PAGE[kind].further]

    paths = {path for row in rows if row.word in (None, "read") for path in row.paths}

    assert [path for path in sorted(paths) if not is_in_schema(path, types)] == []


@pytest.mark.parametrize("kind", sorted(KEYS))
async def test_a_reply_with_every_field_is_one_invoice_without_a_warning_about_reading(kind: str) -> None:
    answer = await told(kind, Specimen(kind).text)

    assert isinstance(answer, InvoiceList)
    (invoice,) = answer.invoices
    assert isinstance(invoice, Invoice)
    unread = {"VALUE_UNREADABLE", "VALUE_UNRECOGNISED", "DATE_UNPARSEABLE", "DOCUMENT_REPAIRED", "ACCOUNT_MISMATCH"}
    assert unread.isdisjoint(note.code for note in invoice.notes)


def test_replies_hold_every_field_that_goes_to_the_schema() -> None:
    absent = [
        place
        for place, row in ROWS.items()
        if row.word is None and not row.paths[0][0].isupper() and place not in IN_REPLIES
    ]

    assert absent == []


@pytest.mark.parametrize(("kind", "field"), MAPPED)
async def test_a_field_is_told_where_the_page_says_and_nowhere_else(kind: str, field: str) -> None:
    specimen, row = Specimen(kind), ROWS[kind, field]

    before, after = await said(kind, specimen.text), await said(kind, specimen.with_other(field))

    assert after
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    named = [path for path in row.paths if not any(path == at or at.startswith(f"{path}.") for at in changed)]
    assert named == []
    beside = {path for path in changed if not any(path == at or path.startswith(f"{at}.") for at in row.paths)}
    assert beside <= FOLLOWS_FROM_ANY


@pytest.mark.parametrize(("kind", "field"), [place for place in READ if place not in FOLLOWED_LATER])
async def test_a_field_that_a_client_reads_makes_a_difference(kind: str, field: str) -> None:
    specimen = Specimen(kind)

    assert await told(kind, specimen.with_other(field)) != await told(kind, specimen.text)


@pytest.mark.parametrize(("kind", "field"), UNSEEN)
async def test_a_field_that_is_not_carried_makes_no_difference(kind: str, field: str) -> None:
    specimen = Specimen(kind)

    assert await told(kind, specimen.with_other(field)) == await told(kind, specimen.text)
