"""Loads the settings: the file, its "${NAME}"s, the environment over it; all mistakes at once, each with its place."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from service.settings import mistakes
from service.settings.contradictions import contradictions
from service.settings.environment import Environment, interpolate
from service.settings.folder import context_of
from service.settings.mistakes import Mistake, SettingsError
from service.settings.places import Places
from service.settings.reading import Reading, SourceKind
from service.settings.tables import Settings

Tables = dict[str, object]


def load_settings(
    path: Path, kinds: Mapping[str, SourceKind], environ: Mapping[str, str], options: Mapping[str, str] | None = None
) -> Settings:
    """The settings of a file and an environment, which wins. Raises SettingsError with a line for every mistake.

    `options` are keys of `server` that the command line gives; they win over both.
    """
    text, given = _text(path), _Given(environ, options or {})
    without_value: list[Mistake] = []
    document = {
        name: interpolate(table, environ, (name,), without_value) for name, table in _document(path, text).items()
    }
    without_value = [mistake for mistake in without_value if given.name(mistake.path) is None]
    reading = Reading(_merged(document, given.tables), kinds, context_of(path))
    found = [
        *without_value,
        *_beside(reading.mistakes, without_value),
        *contradictions(reading.tables, reading.sources),
    ]
    if found:
        raise SettingsError(_lines(path, text, given, found))
    return Settings.model_validate({**reading.tables, "sources": reading.sources})


class _Given:
    """What the environment and the command line say, and by which of their names."""

    def __init__(self, environ: Mapping[str, str], options: Mapping[str, str]) -> None:
        self.environment, self._options = Environment(Settings, environ), options
        of_server: Tables = {"server": dict(options)} if options else {}
        self.tables = _merged(self.environment(), of_server)

    def name(self, path: mistakes.Path) -> str | None:
        """The option or the variable that gives what is there; None where neither does."""
        if path[:1] == ("server",) and path[1:] and path[1] in self._options:
            return f"--{path[1]}"
        return self.environment.variable_of(path)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SettingsError([f"{path}: there is no such file. Name one by --config."]) from None
    except UnicodeDecodeError:
        raise SettingsError([f"{path}: is not UTF-8. Save it as UTF-8 text."]) from None
    except OSError as error:
        raise SettingsError([f"{path}: cannot be read: {error.strerror}. Name a readable file by --config."]) from None


def _document(path: Path, text: str) -> Tables:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{path}: is not TOML: {error}. Mend that line first."]) from None


def _merged(below: Mapping[str, object], above: Mapping[str, object]) -> Tables:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _merged(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def _beside(found: Iterable[Mistake], without_value: Iterable[Mistake]) -> Iterable[Mistake]:
    """Without those that only say what a value looks like whose variable is missing."""
    explained = {mistake.path for mistake in without_value}
    return [mistake for mistake in found if mistake.path not in explained]


def _lines(path: Path, text: str, given: _Given, found: Iterable[Mistake]) -> Iterable[str]:
    places = Places(text)

    def order(mistake: Mistake) -> int:
        return places.line(mistake.path) or 0

    for mistake in sorted(found, key=order):
        line = places.line(mistake.path)
        place = f"{path}:{line}" if line else given.environment.variable_below(mistake.path) or path
        yield f"{given.name(mistake.path) or place}: {_name(mistake.path)}: {mistake.sentences}"


def _name(path: mistakes.Path) -> str:
    """`[table] key`, with list positions and inner keys as one would write them."""
    table_parts = 2 if path[0] == "sources" else 1
    name = f"[{'.'.join(str(part) for part in path[:table_parts])}]"
    below = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path[table_parts:])
    return f"{name} {below.lstrip('.')}".rstrip()
