"""The kinds of warnings: what each means, how much it matters, and which rule of EN 16931 it stands on."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from resolvers.model.invoice import Note


class WarningSeverity(StrEnum):
    """How much a warning matters."""

    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class DataWarningCode(StrEnum):
    """What kind of oddity it is."""

    BALANCE_MISMATCH = "BALANCE_MISMATCH"
    LINE_SUM_MISMATCH = "LINE_SUM_MISMATCH"
    LINE_TOTAL_MISMATCH = "LINE_TOTAL_MISMATCH"
    TAX_RATE_MISMATCH = "TAX_RATE_MISMATCH"
    TAXED_PRICE_EQUALS_NET = "TAXED_PRICE_EQUALS_NET"
    TOTAL_MISMATCH = "TOTAL_MISMATCH"
    TAX_SUM_MISMATCH = "TAX_SUM_MISMATCH"
    DISCOUNT_NOT_APPLIED = "DISCOUNT_NOT_APPLIED"
    AMOUNT_DUE_CONFLICT = "AMOUNT_DUE_CONFLICT"
    DATE_REPAIRED = "DATE_REPAIRED"
    DATE_UNPARSEABLE = "DATE_UNPARSEABLE"
    DATE_SENTINEL = "DATE_SENTINEL"
    VALUE_UNREADABLE = "VALUE_UNREADABLE"
    RECORD_COUNT_MISMATCH = "RECORD_COUNT_MISMATCH"
    RECORD_DROPPED = "RECORD_DROPPED"
    DOCUMENT_REPAIRED = "DOCUMENT_REPAIRED"
    TEXT_TRIMMED = "TEXT_TRIMMED"
    CURRENCY_ASSUMED = "CURRENCY_ASSUMED"
    CURRENCY_UNKNOWN = "CURRENCY_UNKNOWN"
    SCALE_EXCESS = "SCALE_EXCESS"
    VALUE_UNRECOGNISED = "VALUE_UNRECOGNISED"
    FIELD_OUT_OF_CONTEXT = "FIELD_OUT_OF_CONTEXT"
    SELLER_IS_BUYER = "SELLER_IS_BUYER"
    ACCOUNT_MISMATCH = "ACCOUNT_MISMATCH"


class DataWarning(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One oddity; `path` is the field it is about (None: all of it), `rule` the EN 16931 rule it stands on."""

    code: DataWarningCode
    severity: WarningSeverity
    path: str | None
    message: str
    expected: str | None = None
    actual: str | None = None
    rule: str | None = None


class _Kind(msgspec.Struct, frozen=True):
    message: str
    severity: WarningSeverity = WarningSeverity.WARNING
    rule: str | None = None


_INFO, _ERROR = WarningSeverity.INFO, WarningSeverity.ERROR

_KINDS: dict[DataWarningCode, _Kind] = {
    DataWarningCode.BALANCE_MISMATCH: _Kind("The amount due is not the total less what was paid.", _ERROR, "BR-CO-16"),
    DataWarningCode.LINE_SUM_MISMATCH: _Kind("The subtotal is not the sum of the lines.", rule="BR-CO-10"),
    DataWarningCode.LINE_TOTAL_MISMATCH: _Kind("The line's total is not its quantity times its unit price."),
    DataWarningCode.TAX_RATE_MISMATCH: _Kind("The tax is not the taxable amount times the rate.", rule="BR-CO-17"),
    DataWarningCode.TAXED_PRICE_EQUALS_NET: _Kind(
        "The price with tax equals the price without, although the rate is above 0."
    ),
    DataWarningCode.TOTAL_MISMATCH: _Kind("The total is not the sum of its parts.", _ERROR, "BR-CO-15"),
    DataWarningCode.TAX_SUM_MISMATCH: _Kind("The tax total is not the sum of the tax classes.", rule="BR-CO-14"),
    DataWarningCode.DISCOUNT_NOT_APPLIED: _Kind("Discounts are listed, yet the subtotal is the one before discount."),
    DataWarningCode.AMOUNT_DUE_CONFLICT: _Kind("Two fields of the record say what is due, and differ.", _ERROR),
    DataWarningCode.DATE_REPAIRED: _Kind("The date was misspelt and is read as what it must mean."),
    DataWarningCode.DATE_UNPARSEABLE: _Kind("The date cannot be read."),
    DataWarningCode.DATE_SENTINEL: _Kind("The source wrote the date that stands for no date.", _INFO),
    DataWarningCode.VALUE_UNREADABLE: _Kind("The value cannot be read.", _ERROR),
    DataWarningCode.RECORD_COUNT_MISMATCH: _Kind(
        "The source's own count differs from the rows it sent, or a row came twice."
    ),
    DataWarningCode.RECORD_DROPPED: _Kind(
        "Rows were left out: without an identifier, with that of a row that says something else, naming nobody, or not "
        "asked for.",
        _ERROR,
    ),
    DataWarningCode.DOCUMENT_REPAIRED: _Kind(
        "The record came from a malformed document, repaired with proof that nothing was lost."
    ),
    DataWarningCode.TEXT_TRIMMED: _Kind("Blanks around the text were removed.", _INFO),
    DataWarningCode.CURRENCY_ASSUMED: _Kind(
        "The invoice names no currency; the configured one, or its shop's, is assumed.", _INFO
    ),
    DataWarningCode.CURRENCY_UNKNOWN: _Kind("No currency is known.", _ERROR),
    DataWarningCode.SCALE_EXCESS: _Kind("The amount has more decimals than its currency.", _INFO),
    DataWarningCode.VALUE_UNRECOGNISED: _Kind("The source's word is none that its documents list."),
    DataWarningCode.FIELD_OUT_OF_CONTEXT: _Kind(
        "A field that only shipping invoices have is filled on another document.", _INFO
    ),
    DataWarningCode.SELLER_IS_BUYER: _Kind("Seller and buyer share a company code, a personal code or an e-mail."),
    DataWarningCode.ACCOUNT_MISMATCH: _Kind("The source names another customer than the one asked for.", _ERROR),
}


def meaning_of(code: DataWarningCode) -> str:
    """The sentence that says what a warning of this code means."""
    return _KINDS[code].message


def describe(note: Note) -> DataWarning:
    """The warning that a note stands for."""
    code = DataWarningCode(note.code)
    kind = _KINDS[code]
    return DataWarning(
        code=code,
        severity=kind.severity,
        path=note.path,
        message=kind.message,
        expected=note.expected,
        actual=note.actual,
        rule=kind.rule,
    )
