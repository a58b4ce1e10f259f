"""The kinds of warnings: each has its sentence, severity and rule."""

from __future__ import annotations

import pytest

from resolvers.model.invoice import Note
from resolvers.quality import DataWarningCode, WarningSeverity, describe, meaning_of

INFO = {"TEXT_TRIMMED", "DATE_SENTINEL", "SCALE_EXCESS", "CURRENCY_ASSUMED", "FIELD_OUT_OF_CONTEXT"}
ERROR = {
    "BALANCE_MISMATCH",
    "TOTAL_MISMATCH",
    "AMOUNT_DUE_CONFLICT",
    "CURRENCY_UNKNOWN",
    "ACCOUNT_MISMATCH",
    "RECORD_DROPPED",
    "VALUE_UNREADABLE",
}
RULES = {
    "BALANCE_MISMATCH": "BR-CO-16",
    "TOTAL_MISMATCH": "BR-CO-15",
    "TAX_SUM_MISMATCH": "BR-CO-14",
    "TAX_RATE_MISMATCH": "BR-CO-17",
    "LINE_SUM_MISMATCH": "BR-CO-10",
}


@pytest.mark.parametrize("code", DataWarningCode)
def test_every_kind_has_its_severity_its_rule_and_a_sentence(code: DataWarningCode) -> None:
    severity = "INFO" if code in INFO else "ERROR" if code in ERROR else "WARNING"

    warning = describe(Note(code.value, "total", "1.00", "2.00"))

    assert (warning.code, warning.path, warning.expected, warning.actual) == (code, "total", "1.00", "2.00")
    assert warning.severity is WarningSeverity(severity)
    assert warning.rule == RULES.get(code)
    assert warning.message == meaning_of(code)
    assert warning.message.endswith(".")
