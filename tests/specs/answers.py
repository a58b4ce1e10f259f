"""Answers that differ from run to run: placeholders for what nobody can foretell, and texts taken along from them."""

from __future__ import annotations

import re
from typing import Any

from tests.specs.page import BadPage

_PATTERNS = {
    "cursor": re.compile(r"[\w-]{20,}\.[\w-]{20,}"),
    "time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
    "request id": re.compile(r"[\w-]{8,64}"),
}
_PLACEHOLDER = re.compile(r"<(?P<kind>[a-z ]+?)(?: as (?P<name>\w+))?>")
_REFERENCE = re.compile(r"\$\{(\w+)\}")


def masked(expected: Any, actual: Any, taken: dict[str, str]) -> Any:
    """The actual value with placeholders where the expected one has them and they fit.

    What a placeholder such as `<cursor as next>` stands for is put into `taken`.
    """
    if isinstance(expected, dict) and isinstance(actual, dict):
        return {name: masked(expected.get(name), value, taken) for name, value in actual.items()}
    if isinstance(expected, list) and isinstance(actual, list):
        padded = expected + [None] * (len(actual) - len(expected))
        return [masked(one, other, taken) for one, other in zip(padded, actual, strict=False)]
    placeholder = _PLACEHOLDER.fullmatch(expected) if isinstance(expected, str) else None
    if placeholder is None or not isinstance(actual, str):
        return actual
    if placeholder["kind"] not in _PATTERNS:
        raise BadPage(f"{expected} is none of the placeholders: {', '.join(_PATTERNS)}")
    if not _PATTERNS[placeholder["kind"]].fullmatch(actual):
        return actual
    if placeholder["name"]:
        taken[placeholder["name"]] = actual
    return expected


def filled(variables: Any, taken: dict[str, str]) -> Any:
    """The variables with `${next}` replaced by what was taken from an earlier answer."""
    if isinstance(variables, dict):
        return {name: filled(value, taken) for name, value in variables.items()}
    if isinstance(variables, list):
        return [filled(value, taken) for value in variables]
    if not isinstance(variables, str):
        return variables
    for name in _REFERENCE.findall(variables):
        if name not in taken:
            raise BadPage(f"${{{name}}} was not taken from an earlier answer")
    return _REFERENCE.sub(lambda match: taken[match[1]], variables)
