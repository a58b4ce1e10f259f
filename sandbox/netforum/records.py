"""What netFORUM says about the books' invoices: its field names, its money, its dates.

Names and their order are those of the vendor's samples and of the 2010 WSDL's InvoiceType.
"""

from __future__ import annotations

import uuid
import zlib
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sandbox.books import Account, Books, Customer, Invoice, Line
from sandbox.netforum.tree import Node

SOURCE = "association"
_COUNTRIES = {
    "DE": "Germany",
    "FR": "France",
    "GB": "United Kingdom",
    "IT": "Italy",
    "NL": "Netherlands",
    "US": "United States",
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """In what the vendor's two protocols differ, by its own samples: JSON has one amount more and pads its codes."""

    decimals: int
    says_amount_due: bool
    pads_codes: bool

    def money(self, amount: Decimal) -> str:
        """The amount's text; longer than usual where it would lose a digit otherwise."""
        usual = f"{amount:.{self.decimals}f}"
        return usual if Decimal(usual) == amount else f"{amount:f}"

    def code(self, text: str) -> str:
        """A code's text."""
        return f" {text} " if self.pads_codes and text else text


SOAP = Dialect(decimals=4, says_amount_due=False, pads_codes=False)
JSON = Dialect(decimals=2, says_amount_due=True, pads_codes=True)


def us_date(day: date | None) -> str:
    """MM/DD/YYYY, or nothing."""
    return f"{day.month:02}/{day.day:02}/{day.year:04}" if day else ""


def open_invoice(invoice: Invoice, dialect: Dialect) -> dict[str, str]:
    """One Result of the list of open invoices."""
    row = {
        "inv_key": invoice.id,
        "inv_date": us_date(invoice.issued),
        "inv_code_cp": invoice.number,
        "inv_total": dialect.money(invoice.gross),
        "inv_paid": dialect.money(invoice.paid),
        "inv_balance": dialect.money(invoice.balance),
    }
    if dialect.says_amount_due:
        row["inv_amount_due"] = dialect.money(invoice.balance)
    row["mbt_code"] = dialect.code(invoice.membership)
    return row | {name: text for name, text in invoice.raw.items() if name in row}


def country_name(code: str) -> str:
    """What the vendor writes for a country, as captured answers show: `United States`."""
    return _COUNTRIES.get(code, code)


@dataclass(frozen=True, slots=True)
class Detail:
    """One row of an invoice's details; a voided or deleted one is still listed and no longer part of the total."""

    key: str
    line: Line
    net: Decimal
    tax: Decimal
    shipping: Decimal
    discount: Decimal
    voided: bool = False
    deleted: bool = False

    def record(self, invoice: Invoice, dialect: Dialect) -> dict[str, str]:
        """The row's ivd_* fields."""
        total = self.net + self.tax
        return {
            "ivd_key": self.key,
            "ivd_inv_key": invoice.id,
            "ivd_price": dialect.money(self.line.price),
            "ivd_qty": f"{self.line.quantity:.4f}",
            "ivd_void_date": us_date(invoice.issued) if self.voided else "",
            "ivd_delete_flag": "1" if self.deleted else "0",
            "ivd_void_flag": "1" if self.voided else "0",
            "ivd_amount_cp": dialect.money(self.net),
            "ivd_type": "Product",
            "ivd_cst_key": invoice.account_key,
            "ivd_discountamount": dialect.money(self.discount),
            "ivd_total": dialect.money(total),
            "ivd_balance": dialect.money(total if invoice.balance else Decimal(0)),
            "ivd_tax": dialect.money(self.tax),
            "ivd_shipping": dialect.money(self.shipping),
        }


def details(invoice: Invoice) -> list[Detail]:
    """The lines as the vendor keeps them; every fifth invoice also has one that was voided, another fifth a deleted."""
    rows = [_detail(invoice, position, line) for position, line in enumerate(invoice.lines)]
    chance = zlib.crc32(invoice.id.encode()) % 5
    if rows and chance < 2:
        more = _detail(invoice, len(rows), invoice.lines[0])
        rows.insert(1, replace(more, voided=chance == 0, deleted=chance == 1))
    return rows


def _detail(invoice: Invoice, position: int, line: Line) -> Detail:
    """The first line bears what the whole invoice is charged and let off."""
    net = line.quantity * line.price
    tax = (net * line.tax_rate / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    key = uuid.uuid5(uuid.NAMESPACE_OID, f"{invoice.id}/{position}")
    shipping, discount = (invoice.shipping, invoice.discount) if position == 0 else (Decimal(0), Decimal(0))
    return Detail(str(key), line, net, tax, shipping, discount)


def invoice_record(invoice: Invoice, dialect: Dialect) -> dict[str, str]:
    """The invoice's inv_* fields."""
    record = {
        "inv_key": invoice.id,
        "inv_proforma": "1" if invoice.type == "proforma" else "0",
        "inv_code": invoice.number,
        "inv_trx_date": us_date(invoice.issued),
        "inv_cst_key": invoice.account_key,
        "inv_code_cp": invoice.number,
        "inv_delete_flag": "0",
        "inv_po_number": invoice.order_number,
        "inv_close_flag": "0" if invoice.balance else "1",
        "inv_total": dialect.money(invoice.gross),
        "inv_balance": dialect.money(invoice.balance),
        "inv_nettotal": dialect.money(invoice.gross),
        "inv_netpayment": dialect.money(invoice.paid),
        "inv_netbalance": dialect.money(invoice.balance),
        "inv_invoice_detail_count": str(len(details(invoice))),
        "inv_discount": dialect.money(invoice.discount),
        "inv_shipping": dialect.money(invoice.shipping),
        "inv_tax": dialect.money(invoice.tax),
    }
    return record | {name: text for name, text in invoice.raw.items() if name in record}


def customer_record(account: Account, customer: Customer) -> dict[str, str]:
    """The customer's cst_* fields."""
    return {
        "cst_key": account.key,
        "cst_type": "Organization" if customer.company_name else "Individual",
        "cst_name_cp": customer.name,
        "cst_org_name_dn": customer.company_name,
        "cst_id": account.number,
        "cst_eml_address_dn": customer.email,
    }


def address_record(customer: Customer) -> dict[str, str]:
    """The billing address's adr_* fields."""
    address = customer.address
    return {
        "adr_line1": address.street1,
        "adr_line2": address.street2,
        "adr_line3": "",
        "adr_city": address.city,
        "adr_state": address.region,
        "adr_post_code": address.postal_code,
        "adr_city_state_code": f"{address.city}, {address.region} {address.postal_code}",
        "adr_country": country_name(address.country),
    }


def mailing_label(customer: Customer) -> str:
    """The address as it is printed on an envelope."""
    address = customer.address
    town = f"{address.city}, {address.region} {address.postal_code}"
    lines = (
        customer.name,
        customer.company_name,
        address.street1,
        address.street2,
        town,
        country_name(address.country),
    )
    return "\n".join(line for line in lines if line)


def whole_invoice(books: Books, invoice: Invoice, dialect: Dialect) -> Node:
    """The InvoiceType that OpenInvoiceGet answers."""
    account = books.account(SOURCE, invoice.account_key)
    known: dict[str, Node] = {}
    label = ""
    if account is not None:
        customer = books.customer(account)
        label = mailing_label(customer)
        known = {
            "Customer": customer_record(account, customer),
            "Billing_Address": {"cxa_mailing_label": label},
            "Billing_Adr": address_record(customer),
        }
    rows: list[Node] = [
        _filled(
            _DETAIL_MEMBERS,
            {
                "CurrentKey": detail.key,
                "Invoice_Detail": detail.record(invoice, dialect),
                "Product": {"prd_name": detail.line.name, "prd_code": detail.line.sku},
                "Shipping_Address": {"cxa_mailing_label": label},
            },
        )
        for detail in details(invoice)
    ]
    known |= {"CurrentKey": invoice.id, "Invoice": invoice_record(invoice, dialect)}
    known["Invoice_DetailCollection"] = {"InvoiceDetailStatic": rows} if rows else ""
    return _filled(_INVOICE_MEMBERS, known)


# The WSDL requires every member of both types, in this order; nothing is required of what is in them.
_INVOICE_MEMBERS = (
    "CurrentKey", "Invoice", "Invoice_Detail", "Claim", "Default_Shipping_Address", "Payment", "Payment_Info",
    "Payment_Method", "Customer", "Billing_Address", "Billing_Adr", "Price", "Batch", "BillToCustomer",
    "BillToIndividual", "InstallmentBilling", "Company-Business_Unit", "Credit_Available", "Invoice_DetailCollection",
    "Additional_Invoice_DetailCollection",
)  # fmt: skip
_DETAIL_MEMBERS = (
    "CurrentKey", "Invoice_Detail", "Invoice_Detail_Term", "Invoice", "Price", "Product", "ShipToCustomer",
    "SoldToCustomer", "Shipping_Address", "Shipping_Address_Type", "Invoice_Detail_Additional", "Package_Component",
    "Bundle_Component", "Product_Type", "Discount_Product_X_Product", "Billing_Address", "Currency",
    "Additional_Invoice_DetailCollection", "Invoice_Detail_AdditionalCollection",
)  # fmt: skip


def _filled(members: tuple[str, ...], known: dict[str, Node]) -> dict[str, Node]:
    return {member: known.get(member, "") for member in members}
