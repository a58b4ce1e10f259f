"""netFORUM's rows, read by way of a tree, are those that a plain walk over the elements finds."""

from __future__ import annotations

from datetime import UTC
from xml.sax.saxutils import escape

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from resolvers.sources.netforum.mapping import OpenList
from resolvers.sources.netforum.soap import result_of
from resolvers.sources.netforum.wire import (
    LIST_OPERATION,
    QUERY_OPERATION,
    Detail,
    Header,
    OpenInvoice,
    QueryRow,
    parse_open_invoices,
    parse_query,
)
from resolvers.transport.xml import parse_xml
from tests.sources.upstream import NOON, account

NAMES = OpenInvoice.__struct_fields__
KEY = "cec29726-4a26-4c07-9162-048020e42241"
NAMESPACE = "http://www.avectra.com/2005/"
_NIL = '<{name} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>'

_characters = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
_strings = st.text(_characters, max_size=8) | st.sampled_from(["177.6000", " M1 ", "<&>", "7/1/2026"])
_texts = st.none() | _strings
_amounts = st.decimals(-9_999, 9_999, places=2).map(str)
_values = _amounts | st.sampled_from(["", "1e2", "1.005", "1-2", "٣", "NaN", "7" * 41, " 1.00", "-0.00"]) | st.none()
_rows = st.lists(
    st.dictionaries(st.sampled_from([*NAMES, "inv_region_ext"]), _texts, min_size=1, max_size=9), max_size=4
)

_dates = st.sampled_from(["7/1/2026", "07/01/2026 12:00:00 AM", "2026-07-01", "", None])
_odd_dates = st.sampled_from([" 7/1/2026 ", "31/31/2026", "01/01/0001", "7/1/2026 " + "0" * 41])
_codes = st.sampled_from(["70145", "AV_Inst Mbr", "", None])
_plain = (
    dict.fromkeys(NAMES, st.none())
    | dict.fromkeys(["inv_total", "inv_paid", "inv_balance"], _amounts)
    | {"inv_date": _dates, "inv_code_cp": _codes, "mbt_code": _codes}
)
_odd_texts = {
    "inv_date": _dates | _odd_dates,
    "inv_code_cp": _codes,
    "mbt_code": _codes | st.sampled_from([" M1 ", " "]),
}
_open_invoices = (
    st.fixed_dictionaries(_plain)
    | st.fixed_dictionaries(_plain | _odd_texts)
    | st.fixed_dictionaries(dict.fromkeys(NAMES, _values))
)
_said_twice = st.fixed_dictionaries(_plain | {"inv_balance": _values}).map(
    lambda row: row | {"inv_amount_due": row["inv_balance"]}  # as JSON does
)


def _element(name: str, text: str | None) -> str:
    return _NIL.format(name=name) if text is None else f"<{name}>{escape(text)}</{name}>"


def _reply(rows: list[dict[str, str | None]], namespace: str) -> bytes:
    inside = "".join(f"<Result>{''.join(_element(*member) for member in row.items())}</Result>" for row in rows)
    results = f'<Results xmlns="{namespace}" recordReturn="{len(rows)}">{inside}</Results>'
    result = f"<{LIST_OPERATION}Result>{results}</{LIST_OPERATION}Result>"
    return f'<{LIST_OPERATION}Response xmlns="{NAMESPACE}">{result}</{LIST_OPERATION}Response>'.encode()


def _query_reply(rows: list[dict[str, str | None]]) -> bytes:
    inside = "".join(f"<XObject>{''.join(_element(*member) for member in row.items())}</XObject>" for row in rows)
    objects = f'<XObjects xmlns="" recordReturn="{len(rows)}">{inside}</XObjects>'
    result = f"<{QUERY_OPERATION}Result>{objects}</{QUERY_OPERATION}Result>"
    return f'<{QUERY_OPERATION}Response xmlns="{NAMESPACE}">{result}</{QUERY_OPERATION}Response>'.encode()


def _walked(content: bytes) -> list[OpenInvoice]:
    rows = [element for element in etree.fromstring(content).iter() if etree.QName(element).localname == "Result"]
    texts = [{etree.QName(member).localname: member.text for member in row} for row in rows]
    return [OpenInvoice(**{name: row.get(name) for name in NAMES}) for row in texts]


@given(rows=_rows, namespace=st.sampled_from(["", NAMESPACE]))
def test_rows_are_those_of_a_plain_walk(rows: list[dict[str, str | None]], namespace: str) -> None:
    content = _reply(rows, namespace)

    found = parse_open_invoices("dues", result_of("dues", parse_xml("dues", content), LIST_OPERATION))

    assert found.rows == _walked(content)
    assert found.stated_count == str(len(rows))


@given(rows=_rows)
def test_a_long_list_is_read_as_its_rows_are(rows: list[dict[str, str | None]]) -> None:
    many = [dict[str, str | None](inv_key=str(number)) for number in range(30)] + rows
    content = _reply(many, "")

    found = parse_open_invoices("dues", result_of("dues", parse_xml("dues", content), LIST_OPERATION))

    assert found.rows == _walked(content)


@given(
    names=st.lists(st.sampled_from([*NAMES, "inv_region_ext"]), min_size=1, max_size=9, unique=True),
    texts=st.lists(_strings, min_size=11, max_size=11),
    namespace=st.sampled_from(["", NAMESPACE]),
)
def test_a_long_list_of_rows_that_are_alike_is_read_as_its_rows_are(
    names: list[str], texts: list[str], namespace: str
) -> None:
    content = _reply([dict(zip(names, texts[row % 3 :], strict=False)) for row in range(30)], namespace)

    found = parse_open_invoices("dues", result_of("dues", parse_xml("dues", content), LIST_OPERATION))

    assert found.rows == _walked(content)


def test_a_long_query_of_rows_that_are_alike_is_read_as_its_rows_are() -> None:
    rows = [dict[str, str | None](inv_key=str(row // 2), ivd_key=str(row), prd_name=f" {row}") for row in range(30)]
    content = _query_reply(rows)

    found = parse_query("dues", result_of("dues", parse_xml("dues", content), QUERY_OPERATION), "X")

    assert found.rows == [
        QueryRow(Header(inv_key=row["inv_key"]), Detail(ivd_key=row["ivd_key"], prd_name=row["prd_name"]))
        for row in rows
    ]
    assert found.stated_count == "30"


@given(rows=st.lists(_open_invoices, max_size=4) | st.lists(_said_twice, max_size=4))
def test_invoices_by_the_column_are_those_of_each_row(rows: list[dict[str, str | None]]) -> None:
    shared = OpenList("dues", account("dues", KEY), "USD", UTC, NOON)
    listed = {str(number): OpenInvoice(**row) for number, row in enumerate(rows)}

    assert shared.to_invoices(listed) == [
        OpenList("dues", account("dues", KEY), "USD", UTC, NOON).to_invoice(row, key) for key, row in listed.items()
    ]
