"""From the bytes of a CSV file to rows: what is understood, and what is said of the rest."""

from __future__ import annotations

from datetime import date

import pytest

from resolvers.customers.kinds import ACCOUNTS, CUSTOMERS, INVOICES, Kind
from resolvers.customers.sheet import Sheet, read_sheet, without_contradictions

SOURCES = frozenset({"shop", "orders"})


def _read(text: str | bytes) -> Sheet:
    return read_sheet("file.csv", text.encode() if isinstance(text, str) else text, SOURCES)


def _said(sheet: Sheet) -> list[str]:
    return [str(problem) for problem in sheet.problems]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("id,name,company_name,email,phone,locale", CUSTOMERS),
        ("locale,ID, Name", CUSTOMERS),
        ("customer,source,account_key,number,label,secret,context", ACCOUNTS),
        ("account_key,source,customer", ACCOUNTS),
        ("source,account_key,invoice_id,issue_date", INVOICES),
        ("invoice_id,account_key,source", INVOICES),
    ],
)
def test_a_file_is_known_by_its_columns_in_any_order(header: str, kind: Kind) -> None:
    sheet = _read(header + "\n")

    assert sheet.kind is kind
    assert not sheet.problems


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "file.csv: is empty; begin with a line that names the columns."),
        ("id,emial\n", "file.csv:1: customers have no column 'emial'; did you mean 'email'?"),
        ("customer,source\n", "file.csv:1: accounts need the column 'account_key'; add it to the first line"),
        ("id,name,id\n", "file.csv:1: the first line names a column twice"),
        ("id;name\n", "file.csv:1: the first line names no known column, separated by commas; begin with one of: id,"),
        ("<customers>" * 20_000, "file.csv:1: the first line names no known column, separated by commas; begin with"),
        ("id,name\n".encode("utf-16"), "file.csv:1: is not UTF-8; save the file as CSV in UTF-8."),
    ],
)
def test_a_file_of_another_making_is_told_what_would_do(text: str | bytes, said: str) -> None:
    sheet = _read(text)

    assert sheet.kind is None
    assert _said(sheet)[0].startswith(said)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_values_are_trimmed_and_empty_ones_absent_however_lines_end(mark: bytes, ending: str) -> None:
    text = ending.join(["id,name,email", ' C-1 ,"  Müller, Ada ",', "", " , , ", "C-2,,x@example.org"])

    sheet = _read(mark + text.encode())

    assert not sheet.problems
    assert [(row.line, row.values) for row in sheet.rows] == [
        (2, {"id": "C-1", "name": "Müller, Ada", "email": None}),
        (5, {"id": "C-2", "name": None, "email": "x@example.org"}),
    ]


def test_leading_zeros_and_dates_stay_what_they_are() -> None:
    sheet = _read("source,account_key,invoice_id,issue_date\norders,007,0070145,2024-02-29\norders,007,1e5,\n")

    assert [tuple(row.values.values()) for row in sheet.rows] == [
        ("orders", "007", "0070145", date(2024, 2, 29)),
        ("orders", "007", "1e5", None),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",shop,1,", "customer: is empty; every row needs one."),
        (f"C-1,shop,{'x' * 201},", "account_key: has 201 characters; at most 200 fit."),
        ("C-1,shop,1\x07,", "account_key: holds a control character; remove it."),
        ("C-1,shpo,1,", "source: 'shpo' is no configured source; did you mean 'shop'?"),
        ("C-1,elsewhere,1,", "source: 'elsewhere' is no configured source; use one of orders, shop."),
        ("C-1,shop,1", "has 3 values for 4 columns; quote a value that holds a comma."),
        ('C-1,shop,1,{"a": "b", "c": "d"}', "has 5 values for 4 columns; quote a value that holds a comma."),
        ("C-1,shop,1,100", "context: is not a JSON object of texts; write it as"),
        ('C-1,shop,1,"{""a"": 100}"', "context: is not a JSON object of texts; write it as"),
        ('C-1,shop,1,"{""a"": {""b"": ""c""}}"', "context: is not a JSON object of texts; write it as"),
        ('C-1,shop,1,"open', "is no CSV; close each quote, and double the quotes inside a quoted value."),
        ('C-1,shop,"1"2,', "is no CSV; close each quote, and double the quotes inside a quoted value."),
        ("C-0,orders,1,", "repeats the key of line 2; keep one of them."),
    ],
)
def test_a_bad_row_costs_only_itself(row: str, said: str) -> None:
    sheet = _read(f"customer,source,account_key,context\nC-0,orders,1,\n{row}\nC-9,shop,9,\n")

    assert [row.line for row in sheet.rows] == [2, 4]
    [problem] = _said(sheet)
    assert problem.startswith(f"file.csv:3: {said}")


def test_of_a_file_that_is_the_only_one_of_its_kind_nothing_is_remembered() -> None:
    sheets = [_read("id,name\nC-1,Ada\n"), _read("customer,source,account_key\nC-1,shop,1\n"), _read("nonsense")]

    assert all(kept is sheet for kept, sheet in zip(without_contradictions(sheets), sheets, strict=True))


def test_a_text_with_a_character_that_no_database_keeps_is_a_bad_row() -> None:
    assert _said(_read("id,name\nC-1,a\0b\n")) == ["file.csv:2: name: holds a NUL character; remove it."]


def test_a_key_may_be_as_long_as_the_longest() -> None:
    [row] = _read(f"id\n{'x' * 200}\n").rows

    assert row.key == ("x" * 200,)


def test_where_no_source_is_configured_none_is_proposed() -> None:
    sheet = read_sheet("file.csv", b"customer,source,account_key\nC-1,shop,1\n", frozenset())

    assert _said(sheet) == ["file.csv:2: source: 'shop' is no configured source; none is configured."]


@pytest.mark.parametrize("text", ["01/31/2026", "2026-02-30", "2026-1-5", "20260105", "0001-01-01", "२०२६-०१-०१"])
def test_a_date_is_written_in_one_way(text: str) -> None:
    sheet = _read(f"source,account_key,invoice_id,issue_date\nshop,1,1,{text}\n")

    assert _said(sheet) == [f"file.csv:2: issue_date: {text!r} is no date; write it as 2026-01-31, or leave it empty."]


def test_a_row_that_is_not_utf8_is_named_and_the_others_are_read() -> None:
    sheet = _read(b"id,name\nC-1,M\xfcller\nC-2,M\xc3\xbcller\n")

    assert _said(sheet) == ["file.csv:2: is not UTF-8; save the file as CSV in UTF-8."]
    assert [row.values["name"] for row in sheet.rows] == ["Müller"]


def test_a_value_may_hold_line_breaks_and_lines_are_counted_as_an_editor_does() -> None:
    sheet = _read('id,name\nC-1,"Müller\nFietsen"\nC-2,"open\nC-3,x\n,nameless\n')

    assert [(row.line, row.values["name"]) for row in sheet.rows] == [(2, "Müller\nFietsen"), (5, "x")]
    assert [problem.line for problem in sheet.problems] == [4, 6]


def test_one_context_is_one_text_however_it_is_written() -> None:
    rows = 'C,shop,1,"{""b"":""2"",""a"":""1""}"\nC,shop,2,"{ ""a"": ""1"", ""b"": ""2"" }"\nC,shop,3,{}\n'

    sheet = _read("customer,source,account_key,context\n" + rows)

    assert [row.values["context"] for row in sheet.rows] == ['{"a":"1","b":"2"}', '{"a":"1","b":"2"}', None]


def test_no_problem_quotes_a_secret() -> None:
    sheet = _read("customer,source,account_key,secret\nC-1,shop,,hunter2\nC-1,shop,1,hun,ter2\n,,,hunter2\n")

    assert len(sheet.problems) == 3
    assert "hunter2" not in repr(sheet)
