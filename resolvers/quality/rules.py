"""All the rules, and the warnings of an invoice: what its mapping noted, and what the rules find."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from resolvers.model.invoice import Invoice, Note
from resolvers.quality.composition import total_of_parts
from resolvers.quality.lines import line_totals, taxed_line_prices
from resolvers.quality.parties import seller_is_buyer
from resolvers.quality.sequence import place_of
from resolvers.quality.shipment import shipment_out_of_context
from resolvers.quality.taxes import line_taxes, tax_classes, tax_total
from resolvers.quality.totals import amount_due, discounts_applied, gross_total, subtotal_of_lines
from resolvers.quality.warning import DataWarning, describe

Rule = Callable[[Invoice], Iterator[Note]]

_RULES: tuple[Rule, ...] = (
    amount_due,
    line_totals,
    taxed_line_prices,
    line_taxes,
    subtotal_of_lines,
    discounts_applied,
    total_of_parts,
    gross_total,
    tax_total,
    tax_classes,
    shipment_out_of_context,
    seller_is_buyer,
)


def warnings_of(invoice: Invoice) -> list[DataWarning]:
    """What is odd about an invoice, in the document's order; of one field, what was noted in reading it comes first."""
    notes = list(invoice.notes)
    for rule in _RULES:
        notes.extend(rule(invoice))
    notes.sort(key=lambda note: place_of(note.path))
    return [describe(note) for note in notes]
