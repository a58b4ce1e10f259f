"""A skip that the continuous integration does not accept."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def skip(reason: str) -> NoReturn:
    """Skips the test for this reason, or fails it where everything is supposed to be installed."""
    if os.environ.get("INVOICE_GRAPH_FORBID_SKIPS") == "1":
        pytest.fail(f"skips are forbidden here: {reason}")
    pytest.skip(reason)
