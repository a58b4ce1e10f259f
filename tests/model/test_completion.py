"""An invoice from a list and a look-up: each tells its own fields, and what was odd or derived about them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from resolvers.model.completion import completed
from resolvers.model.invoice import Invoice, Note, Provenance
from resolvers.model.money import Money
from resolvers.model.source import Capabilities

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
CAN = Capabilities(
    documentation="",
    fields=frozenset({"number", "amountPaid", "customerName", "totals"}),
    list_fields=frozenset({"number", "amountPaid"}),
    lists_by_account=True,
    lists_paid_invoices=False,
    ids_per_call=1,
)


def invoice(number: str, derived: list[str], notes: list[Note], **more: object) -> Invoice:
    known = {"source": "s", "account_key": "k", "account_id": "a", "source_invoice_id": "1"}
    provenance = Provenance("s", "Operation of " + number, NOON, derived_fields=derived)
    return Invoice(**known, number=number, provenance=provenance, notes=notes, **more)  # type: ignore[arg-type]  # by name, as generated


def test_what_the_list_tells_stays_and_what_only_the_look_up_tells_is_added() -> None:
    listed = invoice("list", [], [], amount_paid=Money(Decimal(1), "USD"))
    found = invoice("look-up", [], [], amount_paid=Money(Decimal(2), "USD"), customer_name="Ann")

    whole = completed(listed, found, CAN)

    assert (whole.number, whole.amount_paid, whole.customer_name) == ("list", Money(Decimal(1), "USD"), "Ann")
    assert whole.provenance.operation == "Operation of look-up"


def test_the_look_ups_notes_and_derivations_are_taken_for_the_fields_that_it_adds_and_for_no_others() -> None:
    of_both, of_all = Note("TEXT_TRIMMED", "number"), Note("DOCUMENT_REPAIRED")
    of_total = Note("VALUE_UNREADABLE", "totals.tax")
    listed = invoice("list", ["paymentStatus"], [of_both])
    found = invoice(
        "look-up", ["amountPaid", "totals.lines"], [of_both, Note("VALUE_UNREADABLE", "amountPaid"), of_total, of_all]
    )

    whole = completed(listed, found, CAN)

    assert whole.notes == [of_both, of_total, of_all]
    assert whole.provenance.derived_fields == ["paymentStatus", "totals.lines"]
