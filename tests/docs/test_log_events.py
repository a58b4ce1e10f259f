"""Every event that the code logs stands in docs/operations.md, with its level and its keys."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

_PACKAGES = ("graph", "resolvers", "service")
_LEVELS = {"debug": "debug", "info": "info", "warning": "warning", "error": "error", "exception": "error"}
_ROW = re.compile(r"^\| `([^`]+)` \| (debug|info|warning|error) \| [^|]+ \| ([^|]*) \|$", re.MULTILINE)

Event = tuple[str, str, frozenset[str]]


def test_every_event_is_in_the_table_with_its_level_and_keys() -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    told = {(name, level, frozenset(re.findall("`([^`]+)`", keys))) for name, level, keys in _ROW.findall(page)}

    assert told == {event for module in modules() for event in events(module)}


def test_every_module_that_has_a_logger_is_understood() -> None:
    silent = [
        str(module.relative_to(ROOT))
        for module in modules()
        if "structlog.get_logger(" in module.read_text(encoding="utf-8") and not list(events(module))
    ]

    assert silent == []


def modules() -> Iterator[Path]:
    for package in _PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def events(module: Path) -> Iterator[Event]:
    """What the module logs: name, level, keys."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            for method in methods(call.func, tree):
                keys = {keyword.arg or "**" for keyword in call.keywords}
                if "exc_info" in keys or method == "exception":
                    keys = keys - {"exc_info"} | {"exception"}
                yield ast.literal_eval(call.args[0]), _LEVELS[method], frozenset(keys)


def methods(function: ast.expr, tree: ast.Module) -> Iterator[str]:
    """Which of a logger's methods is called; each of them where a name stands for one or the other."""
    if isinstance(function, ast.Attribute) and function.attr in _LEVELS:
        logger = function.value
        if getattr(logger, "id", getattr(logger, "attr", "")).lstrip("_") == "log":
            yield function.attr
    for node in ast.walk(tree) if isinstance(function, ast.Name) else ():
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.IfExp):
            for target in node.targets:
                if getattr(target, "id", "") == ast.unparse(function):
                    yield from methods(node.value.body, tree)
                    yield from methods(node.value.orelse, tree)
