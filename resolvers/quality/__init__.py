"""Warnings: what is odd about the data, said in the open. Pure; no rule changes a value."""

from resolvers.quality.rules import warnings_of
from resolvers.quality.warning import DataWarning, DataWarningCode, WarningSeverity, describe, meaning_of

__all__ = ["DataWarning", "DataWarningCode", "WarningSeverity", "describe", "meaning_of", "warnings_of"]
