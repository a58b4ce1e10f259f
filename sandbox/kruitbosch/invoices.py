"""What OutstandingInvoices and InvoicesOverview find in the books."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Literal

from sandbox.books import Books, Invoice
from sandbox.distortions import distort, shift
from sandbox.faults import Fault
from sandbox.kruitbosch.replies import (
    Reply,
    invoices_overview,
    outstanding_invoice,
    outstanding_invoices,
    overview_invoice,
)
from sandbox.kruitbosch.requests import Operation
from sandbox.kruitbosch.sessions import SOURCE, ServiceError

# The route with {InvoiceNumber} names a property that the request does not have: ServiceStack refuses that, unless
# there is a hidden property, which the service may or may not look at.
InvoiceRoute = Literal["refused", "ignored", "works"]
PAGE_SIZE = 25  # without MaxQuantity; not documented


@dataclass(frozen=True, slots=True)
class Invoices:
    """The two services over one set of books."""

    books: Books
    route: InvoiceRoute

    def outstanding(self, customer: str, operation: Operation, fault: Fault | None) -> Reply | None:
        """The customer's open invoices; None where this customer's empty answer has no body. Raises ServiceError."""
        number = operation.text("InvoiceNumber")
        if number and self.route == "refused":
            message = "Could not find property InvoiceNumber on OutstandingInvoices"
            raise ServiceError(400, "ArgumentException", message)
        invoices = [invoice for invoice in reversed(self._of(customer)) if invoice.balance or _is_sample(invoice)]
        if number and self.route == "works":
            invoices = [invoice for invoice in invoices if invoice.number == number]
        if not invoices and zlib.crc32(customer.encode()) % 4 == 0:
            return None
        shown = distort(invoices, fault, self.books, SOURCE, customer)
        return outstanding_invoices([outstanding_invoice(invoice) for invoice in shown])

    def overview(self, customer: str, operation: Operation, fault: Fault | None, base_url: str) -> Reply:
        """One page of the customer's invoices, newest first. Raises ServiceError."""
        paid_too = operation.text("IncludePaidInvoices").lower() == "true"
        quantity = operation.number("MaxQuantity", PAGE_SIZE)
        size = quantity if quantity > 0 else PAGE_SIZE
        page = max(operation.number("Page", 1), 1)
        invoices = [invoice for invoice in self._of(customer) if paid_too or invoice.balance]
        shown = distort(invoices[(page - 1) * size : page * size], fault, self.books, SOURCE, customer)
        more = page * size < len(invoices) or (fault is not None and fault.kind == "lying_count")
        shift(fault, self.books, SOURCE, customer)
        return invoices_overview([overview_invoice(invoice, base_url) for invoice in shown], page + 1 if more else None)

    def _of(self, customer: str) -> list[Invoice]:
        if not customer:
            raise ServiceError(400, "ArgumentNullException", "Value cannot be null. Parameter name: CustomerNumber")
        invoices = self.books.of(SOURCE, customer)
        if invoices is None:
            raise ServiceError(404, "NotFound", f"Customer {customer} not found")
        return invoices


def _is_sample(invoice: Invoice) -> bool:
    """The vendor's sample is a row of placeholders: open, and all amounts 0."""
    return invoice.number == "String"
