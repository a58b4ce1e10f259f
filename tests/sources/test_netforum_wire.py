"""What netFORUM's replies say, and what they must not be taken to say."""

from __future__ import annotations

import pytest
from lxml import etree

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.netforum.soap import parse_token, result_of
from resolvers.sources.netforum.tree import Branch
from resolvers.sources.netforum.wire import OpenInvoice, OpenInvoices, parse_open_invoices, parse_query

OPERATION = "WEBCentralizedShoppingCartOpenInvoiceGetList"


def response(inside: str, namespace: str = "http://www.avectra.com/2005/") -> etree._Element:
    return etree.fromstring(f'<{OPERATION}Response xmlns="{namespace}">{inside}</{OPERATION}Response>')


def read(element: etree._Element) -> OpenInvoices:
    return parse_open_invoices("dues", result_of("dues", element, OPERATION))


def listed(results: str) -> etree._Element:
    return response(f"<{OPERATION}Result>{results}</{OPERATION}Result>")


@pytest.mark.parametrize(
    "empty",
    [
        response(""),
        response(" \n "),
        response(f"<{OPERATION}Result/>"),
        listed('<Results recordReturn="0"/>'),
        listed("<Results/>"),
        listed('<Results recordReturn="0">\n</Results>'),
    ],
)
def test_every_form_of_an_empty_result_is_no_rows(empty: etree._Element) -> None:
    assert read(empty).rows == []


def test_a_payload_outside_the_vendors_namespace_is_read_by_its_local_names() -> None:
    payload = '<Results xmlns="" recordReturn="1"><Result><inv_key>k</inv_key></Result></Results>'

    invoices = read(listed(payload))

    assert invoices.rows == [OpenInvoice(inv_key="k")]
    assert invoices.stated_count == "1"


@pytest.mark.parametrize(
    ("written", "stated"), [("", None), (" ", None), ("01", "1"), (" 1 ", "1"), ("-1", "-1"), ("many", "many")]
)
def test_a_blank_count_is_not_stated_and_one_with_zeros_is_its_number(written: str, stated: str | None) -> None:
    row = "<Result><inv_key>k</inv_key></Result>"
    query: Branch = {"InvoiceObjects": {"@recordReturn": written, "InvoiceObject": {"inv_key": "k"}}}

    assert read(listed(f'<Results recordReturn="{written}">{row}</Results>')).stated_count == stated
    assert parse_query("dues", query, "Invoice").stated_count == stated


def test_an_extender_of_the_tenants_own_is_left_aside() -> None:
    payload = "<Results><Result><inv_key>k</inv_key><inv_colour_ext><a/></inv_colour_ext></Result></Results>"

    assert read(listed(payload)).rows == [OpenInvoice(inv_key="k")]


def test_a_nil_and_an_absent_element_are_both_no_value() -> None:
    payload = (
        '<Results xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        '<Result><inv_key>k</inv_key><inv_paid xsi:nil="true"/></Result></Results>'
    )

    assert read(listed(payload)).rows == [OpenInvoice(inv_key="k")]


@pytest.mark.parametrize(
    "wrong",
    [
        etree.fromstring("<html><body>Runtime Error</body></html>"),
        etree.fromstring('<AuthenticateResponse xmlns="http://www.avectra.com/2005/"/>'),
        response("Service unavailable"),
        response("<Other/>"),
        listed("<Objects/>"),
        listed("<Results><Error>boom</Error></Results>"),
        listed("<Results/><Results/>"),
        listed("<Results><Result><inv_total>1<b/>0</inv_total></Result></Results>"),
        listed("<Results><Result><inv_total>1</inv_total><inv_total>2</inv_total></Result></Results>"),
    ],
)
def test_anything_but_the_documented_shape_is_an_error_and_not_an_empty_list(wrong: etree._Element) -> None:
    with pytest.raises(SourceProtocolError):
        read(wrong)


def test_the_token_is_read_from_the_header_alone() -> None:
    header = etree.fromstring(
        '<h><AuthorizationToken actor="x" xmlns="http://www.avectra.com/2005/"><Token> 1be1 </Token>'
        "</AuthorizationToken></h>"
    )

    assert parse_token("dues", header) == "1be1"


@pytest.mark.parametrize("header", [None, etree.fromstring("<h/>"), etree.fromstring("<h><Token>t</Token></h>")])
def test_a_header_without_a_token_has_none(header: etree._Element | None) -> None:
    assert parse_token("dues", header) is None
