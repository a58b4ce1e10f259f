"""What is sent to seansworld: held to the vendor's table, and read back as it was meant."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import UNSET, structs

from resolvers.model.writing import DraftLine, InvoiceDraft, is_written, merged
from resolvers.sources.seansworld.form import document, mistakes_of
from resolvers.sources.seansworld.mapping import to_invoice
from resolvers.sources.seansworld.wire import parse_invoice
from tests.sources.upstream import NOON, account

ACCOUNT = account("here", "212216")
DRAFT = InvoiceDraft(
    order_date=date(2026, 11, 20),
    ship_date=date(2026, 11, 21),
    shipping_method="UPS",
    lines=(DraftLine("1995", Decimal(2), Decimal("4.95")), DraftLine("0915", Decimal("1.50"), Decimal("0.95"))),
    tax=Decimal("1.00"),
    shipping=Decimal("2.00"),
    total=Decimal("14.33"),
    instructions='Fragile & <heavy> "ring"\nCafé]]>',
)
PROSE = st.text(
    st.characters(min_codepoint=0x20, exclude_characters="\x7f", exclude_categories=("Cs", "Cc", "Cn")), max_size=64
)


def read_back(draft: InvoiceDraft) -> InvoiceDraft:
    """The draft as our own reader sees it in what is sent."""
    record = parse_invoice("here", document(draft, "212216", "3021"))
    assert record is not None
    assert not record.is_repaired
    invoice = to_invoice(record, ACCOUNT, source="here", currency="USD", strict_dates=True, fetched_at=NOON)
    assert is_written(draft, invoice)
    return merged(InvoiceDraft(), invoice)


def test_the_document_is_well_formed_in_the_order_of_the_vendors_sample() -> None:
    assert document(DRAFT, "212216").decode() == (
        "<invoice-info><custID>212216</custID><items>"
        "<line>1</line><itemID>1995</itemID><qty>2</qty><price>4.95</price>"
        "<line>2</line><itemID>0915</itemID><qty>1.50</qty><price>0.95</price></items>"
        "<orderDate>11/20/2026</orderDate><shipDate>11/21/2026</shipDate><shipMethod>UPS</shipMethod>"
        "<tax>1.00</tax><shipChgs>2.00</shipChgs><invTotal>14.33</invTotal>"
        '<instructions>Fragile &amp; &lt;heavy&gt; "ring"\nCafé]]&gt;</instructions></invoice-info>'
    )


def test_what_is_sent_is_read_back_as_it_was_meant() -> None:
    assert read_back(DRAFT) == DRAFT


@given(text=PROSE.map(str.strip), method=PROSE.map(str.strip))
def test_any_text_that_is_allowed_is_read_back(text: str, method: str) -> None:
    draft = structs.replace(DRAFT, instructions=text or None, shipping_method=method or None)
    assume(not mistakes_of(draft, None, "USD"))

    read = read_back(draft)

    assert (read.instructions, read.shipping_method) == (text or UNSET, method or UNSET)


@given(text=PROSE.map(str.strip).filter(bool))
def test_any_text_that_is_allowed_is_read_back_although_nothing_was_escaped(text: str) -> None:
    assume(not mistakes_of(structs.replace(DRAFT, instructions=text), None, "USD"))
    sent = document(structs.replace(DRAFT, instructions=""), "212216", "3021").decode()

    record = parse_invoice("here", sent.replace("<instructions>", f"<instructions>{text}").encode())

    assert record is not None
    assert record.instructions == text


@given(text=st.text("abc XYZ019.,:;-+*/()#'\"é€\n&", max_size=64).map(str.strip))
def test_what_is_no_markup_is_allowed(text: str) -> None:
    draft = structs.replace(DRAFT, instructions=text.replace("&", "& ").strip() or None)

    assert mistakes_of(draft, None, "USD") == []


@given(total=st.decimals(-999_999, 999_999, places=2))
def test_any_amount_that_is_allowed_is_read_back_to_the_last_digit(total: Decimal) -> None:
    draft = structs.replace(DRAFT, lines=(DraftLine("1", Decimal(1), total),), tax=Decimal(0), shipping=Decimal(0))

    draft = structs.replace(draft, total=total)

    assert mistakes_of(draft, None, "USD") == []
    assert read_back(draft).total == total


@pytest.mark.parametrize(
    ("changes", "field", "part"),
    [
        ({"total": Decimal("14.34")}, "total", "make 14.325, not 14.34"),
        ({"total": Decimal("12345678.91")}, "total", "11 characters; at most 10"),
        ({"tax": Decimal("1.001")}, "tax", "more decimals"),
        ({"shipping": None}, "shipping", "cannot leave it empty"),
        ({"order_date": None}, "orderDate", "cannot leave it empty"),
        ({"ship_date": date(1, 1, 1)}, "shipDate", "no date"),
        ({"lines": ()}, "lines", "at least one"),
        ({"lines": (DraftLine("12345678901", Decimal(1), Decimal(1)),)}, "lines.0.sku", "at most 10 digits"),
        ({"lines": (DraftLine("٣", Decimal(1), Decimal(1)),)}, "lines.0.sku", "at most 10 digits"),
        ({"lines": (DraftLine("1", Decimal("1E+10"), Decimal(1)),)}, "lines.0.quantity", "11 characters"),
        ({"shipping_method": "x" * 65}, "shippingMethod", "65 characters; at most 64"),
        ({"instructions": "x" * 513}, "instructions", "513 characters; at most 512"),
        ({"instructions": "\x1b"}, "instructions", "control character"),
        ({"instructions": "\ud800"}, "instructions", "control character"),
        ({"instructions": "see </instructions> tag"}, "instructions", "as markup"),
        ({"instructions": "the <tax> tag"}, "instructions", "as markup"),
        ({"instructions": "x &nbsp; y"}, "instructions", "as markup"),
        ({"instructions": "a&#65;b"}, "instructions", "as markup"),
        ({"instructions": "a <!-- b"}, "instructions", "as markup"),
        ({"instructions": "we <"}, "instructions", "as markup"),
        ({"shipping_method": "<![CDATA[UPS]]>"}, "shippingMethod", "as markup"),
    ],
)
def test_what_the_vendors_table_does_not_allow_is_named(changes: dict[str, object], field: str, part: str) -> None:
    (mistake,) = mistakes_of(structs.replace(DRAFT, **changes), None, "USD")

    assert ".".join(mistake.field) == field
    assert part in mistake.message


def test_a_line_that_has_more_decimals_than_the_currency_may_be_rounded_either_way() -> None:
    for total, is_right in (("14.32", True), ("14.33", True), ("14.31", False)):
        found = mistakes_of(structs.replace(DRAFT, total=Decimal(total)), None, "USD")
        assert (found == []) is is_right


def test_only_such_a_line_is_rounded_and_by_no_more_than_half_a_step() -> None:
    lines = (DraftLine("1995", Decimal(2), Decimal("4.95")), DraftLine("0915", Decimal(1), Decimal("1.421")))

    for total, is_right in (("14.32", True), ("14.33", False)):
        found = mistakes_of(structs.replace(DRAFT, lines=lines, total=Decimal(total)), None, "USD")
        assert (found == []) is is_right


def test_the_decimals_are_those_of_the_currency() -> None:
    whole = structs.replace(DRAFT, lines=(DraftLine("1", Decimal(1), Decimal("10.5")),), total=Decimal("13.5"))

    assert [mistake.field for mistake in mistakes_of(whole, None, "JPY")] == [("total",)]
    assert mistakes_of(whole, None, None) == []


def test_emptied_fields_are_sent_empty_and_unset_ones_not_at_all() -> None:
    sent = document(InvoiceDraft(ship_date=None, instructions=None), "212216", "3021").decode()

    assert sent == (
        "<invoice-info><invoiceID>3021</invoiceID><custID>212216</custID>"
        "<shipDate></shipDate><instructions></instructions></invoice-info>"
    )
