"""The words that Open2b's document lists, and what each stands for here."""

from __future__ import annotations

from resolvers.model.country import COUNTRY_CODES
from resolvers.model.invoice import (
    DiscountType,
    DocumentType,
    FreightTerms,
    InvoiceStatus,
    InvoiceType,
    RoundingMode,
    RoundingRule,
)

TYPES = {
    "Proforma": InvoiceType.PROFORMA,
    "Invoice": InvoiceType.INVOICE,
    "ShippingInvoice": InvoiceType.SHIPPING_INVOICE,
    "CreditNote": InvoiceType.CREDIT_NOTE,
}
STATUSES = {
    "Open": InvoiceStatus.OPEN,
    "Sent": InvoiceStatus.SENT,
    "Disputed": InvoiceStatus.DISPUTED,
    "Archived": InvoiceStatus.ARCHIVED,
    "Cancelled": InvoiceStatus.CANCELLED,
}
REFERENCES = {
    "Order": DocumentType.ORDER,
    "Quote": DocumentType.QUOTE,
    "Invoice": DocumentType.INVOICE,
    "ShippingInvoice": DocumentType.SHIPPING_INVOICE,
    "Proforma": DocumentType.PROFORMA,
    "CreditNote": DocumentType.CREDIT_NOTE,
    "Receipt": DocumentType.RECEIPT,
    "PackingSlip": DocumentType.PACKING_SLIP,
}
DISCOUNTS = {"PercentOff": DiscountType.PERCENT, "AmountOff": DiscountType.AMOUNT}
FREIGHT_TERMS = {"Franco": FreightTerms.PREPAID, "Assegnato": FreightTerms.COLLECT}
ROUNDING_MODES = {
    "Down": RoundingMode.DOWN,
    "HalfDown": RoundingMode.HALF_DOWN,
    "HalfEven": RoundingMode.HALF_EVEN,
    "HalfUp": RoundingMode.HALF_UP,
}
ROUNDING_RULES = {"PerItem": RoundingRule.PER_ITEM, "PerLine": RoundingRule.PER_LINE, "Total": RoundingRule.TOTAL}
COUNTRIES = {code: code for code in COUNTRY_CODES}
