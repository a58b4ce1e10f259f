"""Settings from the environment: INVOICE_GRAPH__TABLE__KEY for any key, and "${NAME}" inside the file's values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource

from service.settings.mistakes import Mistake, Path

PREFIX = "INVOICE_GRAPH__"

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NO_REFERENCE = re.compile(r"\$\{(?![A-Za-z_][A-Za-z0-9_]*\})")


class Environment(EnvSettingsSource):
    """The keys that the environment gives, nested as in the file; every value is text, for its table to read.

    The library would guess: a source's password 0123 or 1e5 is JSON to it, and a list that is not stops it at once.
    """

    def __init__(self, settings_cls: type[BaseSettings], environ: Mapping[str, str]) -> None:
        super().__init__(settings_cls, case_sensitive=False)
        self.env_vars = {name.lower(): value for name, value in environ.items() if name.upper().startswith(PREFIX)}

    def __call__(self) -> dict[str, object]:
        """The tables, with those that nobody knows: the library would pass over them in silence."""
        tables: dict[str, object] = super().__call__()
        for name in self.env_vars:
            tables.setdefault(name.removeprefix(PREFIX.lower()).partition("__")[0], {})
        return tables

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: str) -> str:
        """The text itself."""
        return value

    def variable_of(self, path: Path) -> str | None:
        """The variable that gives what is there, or what it stands in; None where none does."""
        key = _key(path)
        return _longest(name for name in self.env_vars if _is_within(key, name))

    def variable_below(self, path: Path) -> str | None:
        """A variable that gives a part of what is there; None where none does."""
        key = _key(path)
        return _longest(name for name in self.env_vars if _is_within(name, key))


def _key(path: Path) -> str:
    return PREFIX.lower() + "__".join(str(part).lower() for part in path)


def _longest(names: Iterable[str]) -> str | None:
    return max(names, key=len, default="").upper() or None


def _is_within(name: str, outer: str) -> bool:
    return f"{name}__".startswith(f"{outer}__")


def interpolate(value: object, environ: Mapping[str, str], path: Path, mistakes: list[Mistake]) -> object:
    """The value with every "${NAME}" in it replaced. What names no variable, or none that is set, is a mistake."""
    if isinstance(value, dict):
        return {key: interpolate(below, environ, (*path, key), mistakes) for key, below in value.items()}
    if isinstance(value, list):
        return [interpolate(below, environ, (*path, index), mistakes) for index, below in enumerate(value)]
    if not isinstance(value, str):
        return value
    if _NO_REFERENCE.search(value):
        mistakes.append(
            Mistake(path, 'has "${" before what is no variable\'s name. Write letters, digits and _: "${NAME}".')
        )
    mistakes.extend(
        Mistake(path, f"needs the environment variable {name}, which is not set. Set it.")
        for name in _REFERENCE.findall(value)
        if name not in environ
    )
    return _REFERENCE.sub(lambda reference: environ.get(reference[1], reference[0]), value)
