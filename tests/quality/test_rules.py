"""The warnings of an invoice: noted and found ones in one order, for whatever invoice there can be."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings

from resolvers.model.invoice import Invoice, InvoiceTotals, Note
from resolvers.quality import DataWarning, DataWarningCode, WarningSeverity, warnings_of
from resolvers.quality.sequence import place_of
from tests.quality.anything import ANY_INVOICE
from tests.quality.invoices import codes, invoice, line, line_tax, money, tax_class, taxed, told


def test_an_invoice_without_oddities_has_no_warnings() -> None:
    assert warnings_of(invoice()) == []


def test_a_warning_carries_its_severity_sentence_and_rule() -> None:
    of = invoice(total=money("10.00"), amount_paid=money("4.00"), amount_due=money("5.00"))

    assert warnings_of(of) == [
        DataWarning(
            code=DataWarningCode.BALANCE_MISMATCH,
            severity=WarningSeverity.ERROR,
            path="amountDue",
            message="The amount due is not the total less what was paid.",
            expected="6.00",
            actual="5.00",
            rule="BR-CO-16",
        )
    ]


def test_warnings_come_in_the_documents_order_with_the_sums_below_the_lines() -> None:
    wrong = line(quantity=Decimal(1), unit_price=taxed("1.00"), total=taxed("5.00"), tax=line_tax("10", "9.00"))
    of = invoice(
        lines=[wrong] * 11,
        taxes=[tax_class("10", "1.00", "9.00")],
        totals=InvoiceTotals(tax=money("1.00"), prediscount_subtotal=taxed("1.00")),
        notes=[
            Note("TEXT_TRIMMED", "membershipCode"),
            Note("SCALE_EXCESS", "totals.tax"),
            Note("CURRENCY_UNKNOWN", "currencyCode"),
            Note("TEXT_TRIMMED", "lines.10.sku"),
            Note("DATE_SENTINEL", "issueDate"),
            Note("DOCUMENT_REPAIRED"),
        ],
    )

    paths = [path for _, path, _, _ in told(of)]

    of_lines = [path for n in range(10) for path in (f"lines.{n}.total.net", f"lines.{n}.tax.amount")]
    assert paths == [
        None,
        "issueDate",
        "currencyCode",
        *of_lines,
        "lines.10.sku",
        "lines.10.total.net",
        "lines.10.tax.amount",
        "totals.prediscountSubtotal.net",
        "totals.tax",
        "totals.tax",
        "taxes.0.amount",
        "membershipCode",
    ]


def test_of_one_field_what_was_noted_comes_before_what_is_found() -> None:
    of = invoice(
        total=money("10.00"),
        amount_paid=money("4.00"),
        amount_due=money("5.00"),
        notes=[Note("AMOUNT_DUE_CONFLICT", "amountDue", "5.00", "7.00"), Note("SCALE_EXCESS", "amountDue")],
    )

    assert codes(of) == ["AMOUNT_DUE_CONFLICT", "SCALE_EXCESS", "BALANCE_MISMATCH"]


def test_a_path_that_the_model_does_not_have_comes_last() -> None:
    paths = [None, "source", "notes.0.path", "unheardOf", "unheardOf.0.total"]

    assert all(place_of(left) < place_of(right) for left, right in pairwise(paths))


@settings(max_examples=150, deadline=None)
@given(of=ANY_INVOICE)
def test_whatever_the_invoice_the_rules_neither_fail_nor_change_it(of: Invoice) -> None:
    before = deepcopy(of)

    warnings = warnings_of(of)

    assert of == before
    assert {note.code for note in of.notes} <= {warning.code.value for warning in warnings}
    assert [warning.path for warning in warnings] == sorted((warning.path for warning in warnings), key=place_of)
    assert warnings_of(of) == warnings
