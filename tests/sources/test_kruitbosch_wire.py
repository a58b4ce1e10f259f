"""What Kruitbosch's JSON says, and what it must not be taken to say."""

from __future__ import annotations

import msgspec
import pytest

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.kruitbosch.wire import (
    OutstandingInvoice,
    Refusal,
    parse_listing,
    parse_refusal,
)

PASCAL = b"""{"OutstandingInvoices": [{"InvoiceNr": "0070145", "CustomerNumber": "10025", "CurrencyCode": "EUR",
    "InvoiceDate": "\\/Date(1782856800000-0000)\\/", "InvoiceAmount": 12345678901234567.89, "PayedAmount": 0,
    "BalanceAmount": 600.0000000, "Colour": {"of": ["none"]}}]}"""
ROW = OutstandingInvoice(
    invoice_nr="0070145",
    customer_number="10025",
    currency_code="EUR",
    invoice_date="/Date(1782856800000-0000)/",
    invoice_amount="12345678901234567.89",
    payed_amount="0",
    balance_amount="600.0000000",
)


def camel(content: bytes) -> bytes:
    """The same with names in camelCase, as the framework's later versions write."""

    def lowered(value: object) -> object:
        if isinstance(value, dict):
            return {name[0].lower() + name[1:]: lowered(item) for name, item in value.items()}
        return [lowered(item) for item in value] if isinstance(value, list) else value

    return msgspec.json.encode(lowered(msgspec.json.decode(content)))


def test_every_value_is_the_text_that_was_sent_digit_by_digit() -> None:
    assert parse_listing("wholesale", OutstandingInvoice, PASCAL).rows == [ROW]


def test_names_are_matched_in_any_case() -> None:
    content = PASCAL.replace(b"InvoiceNr", b"invoiceNr").replace(b"OutstandingInvoices", b"outstandingInvoices")

    assert parse_listing("wholesale", OutstandingInvoice, content.replace(b"PayedAmount", b"PAYEDAMOUNT")).rows == [ROW]


def test_an_identifier_that_comes_as_a_number_is_its_text() -> None:
    content = b'{"OutstandingInvoices": [{"InvoiceNr": 70145, "CustomerNumber": 1E2}]}'

    rows = parse_listing("wholesale", OutstandingInvoice, content).rows

    assert (rows[0].invoice_nr, rows[0].customer_number) == ("70145", "1E2")


@pytest.mark.parametrize(
    "content",
    [
        b'{"OutstandingInvoices": [{"InvoiceNr": "1"}], "OutstandingInvoices": []}',
        b'{"OutstandingInvoices": [{"InvoiceNr": "1"}], "outstandingInvoices": []}',
        b'{"OutstandingInvoices": [{"InvoiceNr": "1", "InvoiceAmount": 1.10, "InvoiceAmount": 9}]}',
        b'{"OutstandingInvoices": [{"InvoiceNr": "1", "InvoiceAmount": 1.10, "invoiceAmount": 9}]}',
        b'{"OutstandingInvoices": [{"InvoiceNr": "1", "CustomerNumber": "666", "CustomerNumber": "10025"}]}',
    ],
)
def test_a_member_that_is_there_twice_is_an_error_for_one_of_them_would_be_lost(content: bytes) -> None:
    with pytest.raises(SourceProtocolError):
        parse_listing("wholesale", OutstandingInvoice, content)


def test_a_byte_order_mark_is_no_part_of_the_json() -> None:
    assert parse_listing("wholesale", OutstandingInvoice, b"\xef\xbb\xbf" + PASCAL).rows == [ROW]


@pytest.mark.parametrize(
    "empty",
    [
        b'{"OutstandingInvoices": []}',
        b'{"outstandingInvoices": null}',
        b"{}",
        b'{"ResponseStatus": null}',
        b'{"ResponseStatus": {}}',
    ],
)
def test_an_empty_an_absent_and_a_null_list_are_no_rows(empty: bytes) -> None:
    assert parse_listing("wholesale", OutstandingInvoice, empty).rows == []


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"[]",
        b"null",
        b'"OutstandingInvoices"',
        b"<html></html>",
        b'{"OutstandingInvoices": {}}',
        b'{"OutstandingInvoices": "none"}',
        b'{"OutstandingInvoices": [1]}',
        b'{"OutstandingInvoices": [null]}',
        b'{"OutstandingInvoices": [{"InvoiceNr": "\xff"}]}',
        b'{"OutstandingInvoices": [{"InvoiceNr": {"of": 1}}]}',
        b'{"OutstandingInvoices": [{"InvoiceAmount": [1]}]}',
        b'{"OutstandingInvoices": []} x',
        b'{"Invoices": []}',
        b'{"ResponseStatus": "broken"}',
        b'{"OutstandingInvoices": ' + b"[" * 100_000,
    ],
)
def test_anything_but_the_documented_shape_is_an_error_and_not_an_empty_list(wrong: bytes) -> None:
    with pytest.raises(SourceProtocolError):
        parse_listing("wholesale", OutstandingInvoice, wrong)


@pytest.mark.parametrize("whole", [PASCAL, camel(PASCAL.replace(b"12345678901234567.89", b"1.89"))])
def test_a_body_that_is_cut_anywhere_is_an_error_and_never_a_smaller_list(whole: bytes) -> None:
    for length in range(len(whole)):
        with pytest.raises(SourceProtocolError):
            parse_listing("wholesale", OutstandingInvoice, whole[:length])


def test_an_error_is_told_with_its_code_and_message() -> None:
    content = b'{"responseStatus": {"errorCode": "ArgumentException", "message": "no", "stackTrace": "at X"}}'

    assert parse_refusal("wholesale", content) == Refusal("ArgumentException", "no")


def test_an_error_names_the_fields_that_it_objects_to_before_its_message() -> None:
    errors = b"""[{"ErrorCode": "NotEmpty", "FieldName": "CustomerNumber", "Message": "must not be empty"},
        {"errorCode": "Length", "fieldName": "Page", "Meta": {"Max": "3"}},
        {"ErrorCode": "Odd", "FieldName": null}, {}]"""
    content = b'{"ResponseStatus": {"ErrorCode": "NotEmpty", "Message": "no", "Errors": %s}}' % errors

    refusal = parse_refusal("wholesale", content)

    assert refusal == Refusal("NotEmpty", "no", ("CustomerNumber NotEmpty", "Page Length", "Odd"))
    assert refusal.told == "NotEmpty (CustomerNumber NotEmpty, Page Length, Odd): no"


@pytest.mark.parametrize("errors", ["null", "[]", "{}", '"no"', "[1]", '[{"FieldName": {}}]'])
def test_an_error_whose_fields_cannot_be_read_is_still_one(errors: str) -> None:
    content = f'{{"ResponseStatus": {{"ErrorCode": "Bad", "Message": "no", "Errors": {errors}}}}}'.encode()

    assert parse_refusal("wholesale", content) == Refusal("Bad", "no")


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (b'{"Message": "Customer is blocked"}', "no code: Customer is blocked"),
        (b'{"ErrorCode": " ", "Errors": [{"ErrorCode": "Blocked"}]}', "no code (Blocked): "),
        (b'{"ErrorCode": "String", "Message": "Customer is blocked"}', "no code: Customer is blocked"),
    ],
)
def test_an_error_without_a_code_is_told_by_the_rest(status: bytes, told: str) -> None:
    refusal = parse_refusal("wholesale", b'{"ResponseStatus": %s}' % status)

    assert refusal is not None
    assert (refusal.code, refusal.told) == ("", told)


_SAMPLE = b'{"ErrorCode": "String", "Message": "String", "Errors": [{"ErrorCode": "String", "FieldName": "String"}]}'


@pytest.mark.parametrize(
    "fine",
    [
        PASCAL,
        b"",
        b"<html/>",
        b'{"ResponseStatus": {"ErrorCode": null, "Message": " ", "Errors": []}}',
        b'{"ResponseStatus": %s}' % _SAMPLE,
    ],
)
def test_an_answer_that_tells_of_no_error_has_none(fine: bytes) -> None:
    assert parse_refusal("wholesale", fine) is None
