"""What an invoice cannot answer: each null field once, with the reason, and nothing that has a value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLNonNull, GraphQLObjectType, build_schema, get_named_type
from hypothesis import given, settings
from msgspec.structs import replace

from resolvers.missing import MissingReason, missing_fields
from resolvers.model.address import Address
from resolvers.model.invoice import Invoice, InvoiceTotals, InvoiceType, LineTax, Note, Shipment
from resolvers.model.paths import INVOICE_FIELDS, Field
from tests.quality.anything import ANY_INVOICE
from tests.quality.invoices import invoice, line, money, taxed

MODEL_ALONE = {"documentUrl"}
"""What the model has and the schema does not show yet."""

NOT_PROVIDED = MissingReason.NOT_PROVIDED_BY_SOURCE
NOT_STATED = MissingReason.NOT_STATED
UNREADABLE = MissingReason.UNREADABLE


def missing(of: Invoice, *provided: str) -> dict[str, MissingReason]:
    return {entry.field: entry.reason for entry in missing_fields(of, frozenset(provided))}


def below(path: str, of: Invoice, *provided: str) -> dict[str, MissingReason]:
    """What is missing at or below a path."""
    return {
        field: why for field, why in missing(of, *provided).items() if field == path or field.startswith(path + ".")
    }


def test_a_field_that_the_source_never_fills_is_not_provided_and_one_that_it_can_is_not_stated() -> None:
    found = missing(invoice(), "dueDate", "lines", "lines.sku")

    assert (found["dueDate"], found["lines"]) == (NOT_STATED, NOT_STATED)
    assert (found["terms"], found["totals"], found["billingAddress"]) == (NOT_PROVIDED,) * 3
    assert "lines.sku" not in found


def test_a_field_with_a_value_is_not_missing_whatever_the_source_is_said_to_fill() -> None:
    of = invoice(total=money("1.00"), discounts_include_tax=False, lines=[], shipment=Shipment(package_count=0))

    found = missing(of)

    assert found.keys().isdisjoint({"total", "discountsIncludeTax", "lines", "shipment", "shipment.packageCount"})
    assert found["shipment.method"] is NOT_PROVIDED


def test_what_a_failed_call_would_have_told_is_missing_for_that_reason_unless_it_has_a_value() -> None:
    failed = replace(invoice().provenance, failed_fields=["lines", "terms", "total"])

    found = missing(invoice(total=money("1.00"), provenance=failed), "lines", "terms", "total", "dueDate")

    assert (found["lines"], found["terms"]) == (MissingReason.SOURCE_FAILED,) * 2
    assert found["dueDate"] is NOT_STATED
    assert "total" not in found


def test_what_was_told_and_cannot_be_read_is_unreadable_whatever_call_failed_beside_it() -> None:
    failed = replace(invoice().provenance, failed_fields=["terms"])
    of = invoice(provenance=failed, notes=[Note("VALUE_UNREADABLE", "terms")])

    assert missing(of, "terms")["terms"] is MissingReason.UNREADABLE


def test_fields_that_are_never_null_are_not_missing() -> None:
    found = missing(invoice(notes=[Note("DOCUMENT_REPAIRED")]))

    always = {"id", "type", "status", "paymentStatus", "currencyCode", "provenance", "notes", "notes.path"}
    assert found.keys().isdisjoint(always)


def test_the_fields_come_in_the_schemas_order() -> None:
    found = list(missing(invoice(billing_address=Address(city="Ghent")), "billingAddress"))

    order = ["number", "issueDate", "dueDate", "total", "totals", "lines", "billingAddress.companyCode2", "rounding"]
    assert [field for field in found if field in order] == order


def test_a_part_of_an_address_is_named_by_its_path() -> None:
    of = invoice(billing_address=Address(city="Ghent"))

    found = below("billingAddress", of, "billingAddress", "billingAddress.city", "billingAddress.street2")

    assert found["billingAddress.street2"] is NOT_STATED
    assert found["billingAddress.personalCode"] is NOT_PROVIDED
    assert found.keys().isdisjoint({"billingAddress", "billingAddress.city"})


LINES = ("lines", "lines.sku", "lines.name", "lines.quantity", "lines.total", "lines.total.net")


def test_what_no_line_has_is_told_once_and_what_some_lack_with_their_positions() -> None:
    full: dict[str, Any] = {"quantity": Decimal(1), "total": taxed("1.00")}
    of = invoice(lines=[line(sku="A", **full), line(**full), line(sku="C", **full)])

    found = below("lines", of, *LINES)

    assert {field: why for field, why in found.items() if why is NOT_STATED} == {
        "lines.name": NOT_STATED,
        "lines.1.sku": NOT_STATED,
    }
    assert {field for field, why in found.items() if why is NOT_PROVIDED} == {
        "lines.unitPrice",
        "lines.total.tax",
        "lines.total.gross",
        "lines.tax",
        "lines.weight",
        "lines.note",
    }


def test_what_the_source_never_fills_is_told_once_also_where_some_lines_lack_what_it_is_part_of() -> None:
    of = invoice(lines=[line(total=taxed("1.00")), line(), line(total=taxed("1.00"))])

    found = below("lines", of, *LINES)

    assert found["lines.1.total"] is NOT_STATED
    assert found["lines.total.gross"] is NOT_PROVIDED
    assert found.keys().isdisjoint({"lines.0.total.gross", "lines.2.total.gross"})


def test_an_invoice_that_says_it_has_no_lines_misses_nothing_of_them() -> None:
    assert below("lines", invoice(lines=[]), *LINES) == {}


@pytest.mark.parametrize("code", ["VALUE_UNREADABLE", "DATE_UNPARSEABLE", "VALUE_UNRECOGNISED"])
def test_a_value_that_was_stated_and_cannot_be_read_is_unreadable(code: str) -> None:
    assert missing(invoice(notes=[Note(code, "dueDate", actual="?")]), "dueDate")["dueDate"] is UNREADABLE


@pytest.mark.parametrize("code", ["DATE_SENTINEL", "TEXT_TRIMMED", "SCALE_EXCESS"])
def test_a_value_that_was_read_as_none_is_not_stated(code: str) -> None:
    assert missing(invoice(notes=[Note(code, "dueDate")]), "dueDate")["dueDate"] is NOT_STATED


def test_a_value_that_was_read_in_spite_of_its_note_is_not_missing() -> None:
    of = invoice(total=money("1.00"), notes=[Note("VALUE_UNRECOGNISED", "total")])

    assert "total" not in missing(of, "total")


def test_an_unreadable_value_of_a_line_keeps_its_position_also_where_no_line_has_it() -> None:
    alone = invoice(lines=[line()], notes=[Note("VALUE_UNREADABLE", "lines.0.quantity")])
    of_two = invoice(lines=[line(), line()], notes=[Note("VALUE_UNREADABLE", "lines.1.quantity")])

    assert below("lines.0.quantity", alone, *LINES) == {"lines.0.quantity": UNREADABLE}
    assert missing(of_two, *LINES)["lines.0.quantity"] is NOT_STATED
    assert missing(of_two, *LINES)["lines.1.quantity"] is UNREADABLE
    assert "lines.quantity" not in missing(alone, *LINES) | missing(of_two, *LINES)


def test_what_is_missing_because_its_only_part_cannot_be_read_is_unreadable() -> None:
    of = invoice(
        lines=[line()],
        notes=[Note("VALUE_UNREADABLE", "lines.0.total.net"), Note("VALUE_UNRECOGNISED", "billingAddress.countryCode")],
    )

    found = missing(of, *LINES, "billingAddress")

    assert found["lines.0.total"] is UNREADABLE
    assert found["billingAddress"] is UNREADABLE


def test_a_field_that_shares_an_unreadable_value_is_unreadable_with_it() -> None:
    paths = ["total", "shippingMethod.cost", "paymentMethod.cost", "orderDate", "shipment.shippedAt"]
    of = invoice(totals=InvoiceTotals(total=taxed("1.00")), notes=[Note("VALUE_UNREADABLE", path) for path in paths])

    sharing = ["totals.total.gross", "totals.shipping", "totals.paymentFee", "issueDate", "shipDate"]

    found = missing(of, *sharing)

    assert [found[path] for path in sharing] == [UNREADABLE] * 5


def test_an_unreadable_value_says_nothing_of_a_field_that_its_source_never_fills() -> None:
    of = invoice(notes=[Note("VALUE_UNREADABLE", path) for path in ("total", "orderDate")])

    found = missing(of, "total", "orderDate")

    assert (found["total"], found["orderDate"]) == (UNREADABLE, UNREADABLE)
    assert (found["totals"], found["issueDate"]) == (NOT_PROVIDED, NOT_PROVIDED)


@pytest.mark.parametrize(
    ("fields", "derived"),
    [
        ({}, {"isOverdue": NOT_STATED, "daysOverdue": NOT_STATED, "agingBucket": NOT_STATED}),
        ({"amount_due": money("1.00")}, {"isOverdue": NOT_PROVIDED, "daysOverdue": NOT_PROVIDED}),
        ({"amount_due": money("0.00")}, {}),
        ({"amount_due": money("1.00"), "due_date": date(2026, 7, 1)}, {}),
        ({"type": InvoiceType.CREDIT_NOTE}, {"agingBucket": NOT_STATED}),
    ],
)
def test_what_is_derived_is_missing_for_the_reason_of_what_it_is_derived_from(
    fields: dict[str, Any], derived: dict[str, MissingReason]
) -> None:
    found = missing(invoice(**fields), "amountDue")

    assert {field: found[field] for field in ("isOverdue", "daysOverdue", "agingBucket") if field in found} == derived


def test_what_is_derived_of_an_unreadable_date_is_unreadable() -> None:
    of = invoice(amount_due=money("1.00"), notes=[Note("DATE_UNPARSEABLE", "dueDate", actual="?")])

    assert missing(of, "amountDue", "dueDate")["isOverdue"] is UNREADABLE


def test_a_line_without_tax_misses_the_tax_and_one_with_tax_its_parts() -> None:
    provided = ("lines", "lines.tax", "lines.tax.rate")
    of = invoice(lines=[line(), line(tax=LineTax(code="VAT"))])

    found = below("lines.0.tax", of, *provided) | below("lines.1.tax", of, *provided)

    assert found == {"lines.0.tax": NOT_STATED, "lines.1.tax.rate": NOT_STATED}
    assert missing(of, *provided)["lines.tax.amount"] is NOT_PROVIDED


def nullable(type_: GraphQLObjectType, fields: tuple[Field, ...], path: str) -> Iterator[tuple[str, bool]]:
    """Paths of the model, each with whether the schema has it and lets it be null."""
    for field in fields:
        if field.is_nullable:
            of = type_.fields.get(field.name)
            yield path + field.name, of is not None and not isinstance(of.type, GraphQLNonNull)
            below_it = None if of is None else get_named_type(of.type)
            if isinstance(below_it, GraphQLObjectType):
                yield from nullable(below_it, field.below, f"{path}{field.name}.")


def test_every_field_that_may_be_missing_is_a_nullable_one_of_the_schema() -> None:
    schema = build_schema((Path(__file__).parents[2] / "schema.graphql").read_text(), assume_valid=True)
    of_schema = schema.type_map["Invoice"]
    assert isinstance(of_schema, GraphQLObjectType)

    found = dict(nullable(of_schema, INVOICE_FIELDS, ""))

    assert {path for path, is_there in found.items() if not is_there} <= MODEL_ALONE
    assert {"sellerAddress.personalCode", "lines.tax.rate", "totals.weight.unit"} <= found.keys()


@settings(max_examples=100, deadline=None)
@given(of=ANY_INVOICE)
def test_whatever_the_invoice_every_missing_field_is_told_once(of: Invoice) -> None:
    fields = [entry.field for entry in missing_fields(of, frozenset({"total", "lines", "lines.total"}))]

    assert len(fields) == len(set(fields))
    assert ("total" in fields) is (of.total is None)
    assert ("lines" in fields) is (of.lines is None)
