"""From plain tables to settings, each table by itself, so that a mistake in one hides none in another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Protocol, TypeVar, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from resolvers.sources import UnusableConnector
from resolvers.sources.settings import SourceSettings
from service.settings.mistakes import Mistake, Path, from_pydantic, unknown
from service.settings.tables import Settings

Model = TypeVar("Model", bound=BaseModel)

_LISTS = (tuple, list, frozenset)
_SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_TABLES: Mapping[str, type[BaseModel]] = {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
}


class SourceKind(Protocol):
    """What the settings need to know of a kind of source. Their mapping raises UnusableConnector for a broken one."""

    SETTINGS: type[SourceSettings]


class Reading:
    """The tables that could be read, the sources among them, and what was wrong with the others."""

    def __init__(
        self, document: Mapping[str, object], kinds: Mapping[str, SourceKind], context: Mapping[str, object]
    ) -> None:
        self._context = context
        self.tables: dict[str, BaseModel] = {}
        self.sources: dict[str, SourceSettings] = {}
        self.mistakes: list[Mistake] = [*_strangers(document)]
        for name, model in _TABLES.items():
            if (table := self._read(model, document.get(name, {}), (name,))) is not None:
                self.tables[name] = table
        sources = document.get("sources", {})
        if not isinstance(sources, dict):
            self._complain(("sources",), "is not a table. Write one [sources.NAME] for each source.")
            return
        for name, table in sources.items():
            self._read_source(name, table, kinds)

    def _read_source(self, name: str, table: object, kinds: Mapping[str, SourceKind]) -> None:
        path: Path = ("sources", name)
        if not _SOURCE_NAME.fullmatch(name):
            self._complain(path, "is no usable name. Use up to 40 lower-case letters, digits, - and _.")
        kind = table.get("kind") if isinstance(table, dict) else None
        if not isinstance(table, dict):
            self._complain(path, f"is not a table. Write [sources.{name}] and its keys below it.")
        elif kind is None:
            self._complain((*path, "kind"), f"is missing. Write one of {', '.join(sorted(kinds))}.")
        elif not isinstance(kind, str) or kind not in kinds:
            self._complain((*path, "kind"), unknown(str(kind), kinds, "kind"))
        else:
            self._read_source_of_kind(name, table, kinds, kind)

    def _read_source_of_kind(self, name: str, table: object, kinds: Mapping[str, SourceKind], kind: str) -> None:
        path: Path = ("sources", name)
        try:
            model = kinds[kind].SETTINGS
        except UnusableConnector as error:
            self._complain((*path, "kind"), f"its package {error}. Repair or remove it.")
            return
        if (source := self._read(model, table, path)) is not None:
            self.sources[name] = source

    def _read(self, model: type[Model], table: object, path: Path) -> Model | None:
        try:
            return model.model_validate(_for_the_library(model, table), context=self._context)
        except ValidationError as error:
            for details in _causes(error):
                known = model.model_fields if len(details["loc"]) == 1 else ()
                self.mistakes.append(from_pydantic(details, (*path, *_place(table, details["loc"])), known))
            return None

    def _complain(self, path: Path, sentences: str) -> None:
        self.mistakes.append(Mistake(path, sentences))


def _for_the_library(model: type[BaseModel], table: object) -> object:
    """The table with what the library would read otherwise than we mean it."""
    if not isinstance(table, dict):
        return table
    types = {key: field.annotation for key, field in model.model_fields.items()}
    return {key: _as_meant(value, types.get(key)) for key, value in table.items()}


def _as_meant(value: object, belongs: object) -> object:
    """True and false as text where a number belongs, for they are not 1 and 0; text as its items where a list does."""
    if isinstance(value, bool) and belongs in (int, float):
        return str(value).lower()
    if isinstance(value, str) and get_origin(belongs) in _LISTS:
        return _items(value)
    return value


def _items(text: str) -> object:
    """The environment has no lists: there, commas separate, or it is JSON. What only begins as JSON stays text."""
    if not text.lstrip().startswith("["):
        return [item.strip() for item in text.split(",") if item.strip()]
    try:
        return json.loads(text)
    except ValueError:
        return text


def _place(table: object, place: Path) -> Path:
    """The place in terms of the table, in which the library names the tag of a union between its key and the next."""
    keys: list[str | int] = []
    for part in place[:-1]:
        if isinstance(table, dict):
            if part not in table:
                continue
            table = table[part]
        keys.append(part)
    return (*keys, *place[-1:])


def _causes(error: ValidationError) -> Iterator[ErrorDetails]:
    """Without what only follows: a list short of good entries, a default made from a value that is wrong."""
    found = error.errors(include_url=False)
    for details in found:
        place = details["loc"]
        follows = any(len(other["loc"]) > len(place) and other["loc"][: len(place)] == place for other in found)
        if not follows and details["type"] != "default_factory_not_called":
            yield details


def _strangers(document: Mapping[str, object]) -> Iterator[Mistake]:
    """A mistake for each unknown table, and for each key that stands above all tables."""
    for name, value in document.items():
        homes = [table for table, model in _TABLES.items() if name in model.model_fields]
        if name in Settings.model_fields:
            continue
        if homes and not isinstance(value, dict):
            yield Mistake((name,), f"stands outside every table. Put it below [{homes[0]}].")
        else:
            yield Mistake((name,), unknown(name, Settings.model_fields, "table"))
