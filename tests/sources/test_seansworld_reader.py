"""seansworld's almost-XML: the same invoice, or an error, and never a smaller invoice."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.seansworld.items import LineRecord
from resolvers.sources.seansworld.wire import InvoiceRecord, parse_invoice

SAMPLE = (Path(__file__).parent / "samples" / "seansworld_invoice.xml").read_bytes()
TEXT = SAMPLE.decode()
TAGS = [match.span() for match in re.finditer(r"<[^>]*>", TEXT)]

INVOICE = InvoiceRecord(
    invoice_id="2011",
    customer_id="212215",
    lines=[
        LineRecord(item_id="1995", quantity="2", price="4.95"),
        LineRecord(item_id="1906", quantity="2", price="9.95"),
        LineRecord(item_id="915", quantity="1", price="0.95"),
    ],
    order_date="01/25/2015",
    fill_date="01/25/2015",
    ship_date="o1/26/2015",
    ship_method="UPS",
    tax="2.54",
    shipping_charges="10.00",
    total="43.49",
    instructions="",
    is_repaired=True,
)

PROPER = """<invoice-info><invoiceID>7</invoiceID><custID>8</custID>
<items>{items}</items>
<orderDate>01/25/2015</orderDate><fillDate>01/25/2015</fillDate><shipDate></shipDate><shipMethod/>
<tax>0.10</tax><shipChgs>0.00</shipChgs><invTotal>{total}</invTotal><instructions>{instructions}</instructions>
</invoice-info>"""
VALUES = "<itemID>5</itemID><qty>1</qty><price>1.00</price>"
NESTED = f'<line num="1">{VALUES}</line><line num="2">{VALUES}</line>'


def read(text: str | bytes) -> InvoiceRecord | None:
    return parse_invoice("orders", text if isinstance(text, bytes) else text.encode())


def proper(items: str = NESTED, total: str = "2.10", instructions: str = "") -> str:
    return PROPER.format(items=items, total=total, instructions=instructions)


def record(text: str | bytes) -> InvoiceRecord:
    found = read(text)
    assert found is not None
    return found


def content_of(found: InvoiceRecord) -> InvoiceRecord:
    return msgspec.structs.replace(
        found,
        is_repaired=False,
        has_unknown=False,
        has_unknown_lines=False,
        instructions=found.instructions or None,
        ship_date=found.ship_date or None,
    )


def same_or_error(damaged: str | bytes, whole: InvoiceRecord) -> None:
    try:
        found = read(damaged)
    except SourceProtocolError:
        return
    assert found is not None
    assert content_of(found) == content_of(whole)


def test_the_vendors_sample_is_read_in_full_and_as_repaired() -> None:
    assert read(SAMPLE) == INVOICE


def test_no_cut_of_the_sample_gives_a_smaller_invoice() -> None:
    for end in range(1, len(SAMPLE)):
        same_or_error(SAMPLE[:end], INVOICE)


def test_no_cut_of_a_document_with_instructions_at_its_end_loses_them() -> None:
    text = TEXT.replace("<instructions>", "<instructions>Ring at the back")
    whole = record(text)

    for end in range(1, len(text)):
        same_or_error(text[:end], whole)


@pytest.mark.parametrize(("start", "end"), TAGS)
def test_a_tag_that_is_gone_gives_the_same_invoice_or_an_error(start: int, end: int) -> None:
    same_or_error(TEXT[:start] + TEXT[end:], INVOICE)


@pytest.mark.parametrize(("start", "end"), TAGS)
def test_a_tag_that_is_there_twice_or_became_another_gives_the_same_invoice_or_an_error(start: int, end: int) -> None:
    for other, stop in TAGS:
        same_or_error(TEXT[:start] + TEXT[other:stop] + TEXT[end:], INVOICE)
        same_or_error(TEXT[:start] + TEXT[other:stop] + TEXT[start:], INVOICE)


@given(
    tag=st.sampled_from(TAGS), offset=st.integers(0, 30), character=st.sampled_from('</>x1 "=&!-'), insert=st.booleans()
)
@settings(max_examples=800, deadline=None)
def test_a_garbled_tag_gives_the_same_invoice_or_an_error(
    tag: tuple[int, int], offset: int, character: str, *, insert: bool
) -> None:
    start, end = tag
    position = start + 1 + offset % (end - start - 1)

    same_or_error(TEXT[:position] + character + TEXT[position + (not insert) :], INVOICE)


@given(tags=st.lists(st.sampled_from(TAGS), min_size=2, max_size=4, unique=True))
@settings(max_examples=400, deadline=None)
def test_several_tags_that_are_gone_give_the_same_invoice_or_an_error(tags: list[tuple[int, int]]) -> None:
    text = TEXT
    for start, end in sorted(tags, reverse=True):
        text = text[:start] + text[end:]

    same_or_error(text, INVOICE)


@given(content=st.binary(max_size=200) | st.text(alphabet="<>/abinvoice-fo &;=\"'!", max_size=200).map(str.encode))
@settings(max_examples=300, deadline=None)
def test_whatever_comes_is_no_invoice_or_an_error(content: bytes) -> None:
    with suppress(SourceProtocolError):
        assert read(content) is None


@pytest.mark.parametrize("name", ["tax", "shipMethod", "orderDate", "instructions"])
def test_an_element_whose_both_tags_are_garbled_is_missed(name: str) -> None:
    with pytest.raises(SourceProtocolError):
        read(TEXT.replace(name, f"{name}x"))


@pytest.mark.parametrize(
    "items",
    [
        NESTED,
        f"<line>1</line>{VALUES}<line>2</line>{VALUES}",
        f"<line>1{VALUES}</line><line>2{VALUES}</line>",
        f"<line>{VALUES}</line><line>{VALUES}</line>",
        f"<line><line>1</line>{VALUES}</line><line><line>2</line>{VALUES}</line>",
    ],
)
def test_every_shape_of_lines_is_read_and_a_well_formed_document_is_not_repaired(items: str) -> None:
    found = record(proper(items))

    assert [(line.item_id, line.quantity, line.price) for line in found.lines] == [("5", "1", "1.00")] * 2
    assert not found.is_repaired


@pytest.mark.parametrize(
    "items",
    [
        f"<line>1</line>{VALUES}</line><line>2</line>{VALUES}</line>",
        f'<LINE num="1">{VALUES}</line><line num="2">{VALUES}</line>',
    ],
)
def test_lines_that_xml_would_refuse_are_read_and_noted(items: str) -> None:
    found = record(proper(items))

    assert len(found.lines) == 2
    assert found.is_repaired


@pytest.mark.parametrize(
    "items",
    [
        f"{VALUES}",
        f"<line>1</line>{VALUES}{VALUES}",
        "<line>1</line><itemID>5</itemID><qty>1</qty>",
        f"<line>2</line>{VALUES}",
        f"<line>1</line>{VALUES}<line>3</line>{VALUES}",
        f"<line>x</line>{VALUES}",
        f"<line>{'1' * 5_000}</line>{VALUES}",
        f"<line>1</line>{VALUES}</line></line>",
        f"<line><line>{VALUES}</line></line>",
        f'<line num="1">{VALUES}',
        f"<line>1</line>{VALUES} and more",
        f"<line>1</line>{VALUES}<line></line>",
        f"<line>1</line>{VALUES}<tax>1</tax>",
    ],
)
def test_lines_that_do_not_add_up_are_an_error(items: str) -> None:
    with pytest.raises(SourceProtocolError):
        read(proper(items))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Fish & chips", "Fish & chips"),
        ("a < b, please", "a < b, please"),
        ("caf&eacute; &copy;", "café ©"),
        ("M&notes", "M&notes"),
        ("leave <b>outside</b>", "leave <b>outside</b>"),
        ("&#0; &nothing;", "&#0; &nothing;"),
        ("&#146; &#x80; &#129;", "\u2019 € \x81"),
    ],
)
def test_what_was_not_escaped_is_kept_as_it_stands_and_noted(written: str, meant: str) -> None:
    found = record(proper(instructions=written))

    assert found.instructions == meant
    assert found.is_repaired


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("&amp; &lt;&gt;&quot;&apos; &#233;&#xe9;", "& <>\"' éé"),
        ("<![CDATA[a < b & c]]>", "a < b & c"),
        ("a<!-- b -->c", "ac"),
        ("one\r\ntwo\rthree&#13;", "one\ntwo\nthree\r"),
    ],
)
def test_what_xml_allows_is_no_repair(written: str, meant: str) -> None:
    found = record(proper(instructions=written))

    assert found.instructions == meant
    assert not found.is_repaired


@pytest.mark.parametrize("encoding", ["", "ISO-8859-1", "latin1", "windows-1252"])
def test_bytes_that_are_no_utf_8_are_what_windows_writes(encoding: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding else ""
    content = (declaration + proper(instructions="Œuvre™ at € 5, café")).encode("windows-1252")

    assert record(content).instructions == "Œuvre™ at € 5, café"


def test_a_byte_that_windows_has_not_stays_as_it_is() -> None:
    assert record(proper(instructions="caf?").encode().replace(b"caf?", b"caf\xe9\x81")).instructions == "café\x81"


def test_bytes_that_are_no_utf_8_are_taken_as_latin_1() -> None:
    undeclared = record(proper(instructions="café").encode("latin-1"))
    declared = record(('<?xml version="1.0" encoding="ISO-8859-1"?>' + proper(instructions="café")).encode("latin-1"))

    assert undeclared.instructions == declared.instructions == "café"
    assert undeclared.is_repaired
    assert not declared.is_repaired


def test_a_byte_order_mark_a_declaration_and_attributes_are_no_repair() -> None:
    text = '\ufeff<?xml version="1.0"?>\n' + proper().replace("<invoice-info>", '<invoice-info xmlns="urn:x">')

    assert not record(text).is_repaired


def test_tags_in_another_case_are_the_same_tags() -> None:
    upper = proper().replace("custID", "CUSTID").replace("<tax>", "<Tax>")

    found = record(upper)

    assert (found.customer_id, found.tax) == ("8", "0.10")
    assert found.is_repaired  # <Tax> was closed by </tax>


@pytest.mark.parametrize("name", ["xustomerID", "customerID"])
def test_the_customer_may_come_under_the_other_name_of_the_vendors_page(name: str) -> None:
    assert record(proper().replace("custID", name)).customer_id == "8"


def test_an_unknown_element_is_left_aside_where_all_known_ones_are_there() -> None:
    extra = "<loyalty><points>3</points></loyalty><flag/>"
    text = proper().replace("<tax>", f"{extra}<tax>").replace("<qty>", "<colour>red</colour><qty>")

    found = record(text)

    assert content_of(found) == content_of(record(proper()))
    assert (found.is_repaired, found.has_unknown, found.has_unknown_lines) == (False, True, True)


def test_an_element_that_a_well_formed_document_does_not_have_is_absent() -> None:
    assert record(proper().replace("<tax>0.10</tax>", "")).tax is None


@pytest.mark.parametrize(
    "empty", [b"", b" \n", b"<invoice-info></invoice-info>", b"<invoice-info/>", b"<Invoice-Info>\n<invoice-info>"]
)
def test_an_empty_answer_is_no_invoice(empty: bytes) -> None:
    assert read(empty) is None


@pytest.mark.parametrize(
    "wrong",
    [
        "<html><body>Sorry</body></html>",
        "<!DOCTYPE html><html></html>",
        '<!DOCTYPE x [<!ENTITY a "b">]>' + proper(),
        proper().replace("</items>", "</items><!ENTITY a>"),
        "<error>no</error>",
        "no invoice",
        "<invoice-info>no invoice</invoice-info>",
        "<invoice-info>",
        proper() + proper(),
        proper() + "tail",
        proper(total=""),
        proper().replace("<custID>8</custID>", ""),
        proper().replace("<tax>", "<tax>1</tax><tax>"),
        proper().replace("</custID>", "</custID><xustomerID>9</xustomerID>"),
        proper().replace("</tax>", '</tax a="1">'),
        proper().replace("<tax>", "<tax 5>"),
        proper().replace("<tax>", "<a>" * 20 + "</a>" * 20 + "<tax>"),
        proper().replace("<tax>", "<!-- <line>3</line> --><tax>"),
        proper(instructions="a\x00b"),
        proper(instructions="a <tax> b"),
        proper().encode("utf-16"),
    ],
)
def test_what_is_something_else_or_cannot_be_accounted_for_is_an_error(wrong: str | bytes) -> None:
    with pytest.raises(SourceProtocolError):
        read(wrong)


def test_a_root_that_is_left_open_is_no_truncation_where_all_elements_are_there() -> None:
    found = record(proper().replace("</invoice-info>", ""))

    assert content_of(found) == content_of(record(proper()))
    assert found.is_repaired
