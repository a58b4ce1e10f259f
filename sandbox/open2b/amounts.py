"""Open2b's amounts: what each of its rounding rules makes of the lines, their taxes and the tax classes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sandbox.books import Customer, Invoice, Line

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class TaxClass:
    """One rate: the lines' net total and tax at it, and both with the document's charges and discount."""

    rate: Decimal
    net: Decimal
    tax_of_lines: Decimal
    taxable: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice and the customer that it is for: what every field is written from."""

    invoice: Invoice
    customer: Customer

    @property
    def is_shipping(self) -> bool:
        """Whether the shipping-only fields have values."""
        return self.invoice.type == "shipping_invoice"

    @property
    def rounds_items(self) -> bool:
        """Whether each item is rounded before it is counted."""
        return self.invoice.rounding == "PerItem"

    def line_total(self, line: Line) -> Decimal:
        """The line without tax."""
        return line.quantity * cents(line.price) if self.rounds_items else cents(line.quantity * line.price)

    def line_tax(self, line: Line) -> Decimal:
        """The line's tax."""
        if self.rounds_items:
            return line.quantity * _tax(cents(line.price), line.tax_rate)
        return _tax(self.line_total(line), line.tax_rate)

    def tax_classes(self) -> list[TaxClass]:
        """The classes, the highest rate first; it bears the charges and the discount."""
        rates = sorted({line.tax_rate for line in self.invoice.lines}, reverse=True)
        charges = self.invoice.shipping + self.invoice.fee - self.invoice.discount
        return [self._tax_class(rate, ZERO if nth else charges) for nth, rate in enumerate(rates)]

    def taxed(self, discount: Decimal) -> Decimal:
        """The lines with their tax, after a discount on the highest rate."""
        total = self.invoice.net - discount
        for nth, each in enumerate(self.tax_classes()):
            total += each.tax_of_lines if nth or not discount else _tax(each.net - discount, each.rate)
        return cents(total)

    def _tax_class(self, rate: Decimal, charges: Decimal) -> TaxClass:
        lines = [line for line in self.invoice.lines if line.tax_rate == rate]
        net = sum((self.line_total(line) for line in lines), ZERO)
        if self.rounds_items:
            tax = sum((self.line_tax(line) for line in lines), ZERO)
            return TaxClass(rate, net, tax, net + charges, tax + _tax(charges, rate))
        return TaxClass(rate, net, _tax(net, rate), net + charges, _tax(net + charges, rate))


def cents(value: Decimal) -> Decimal:
    """Rounded half up, as the documents say."""
    return value.quantize(CENT, ROUND_HALF_UP)


def _tax(taxable: Decimal, rate: Decimal) -> Decimal:
    return cents(taxable * rate / 100)
