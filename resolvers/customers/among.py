"""Asks for any number of keys in one statement with one parameter, so that databases prepare it once.

`IN (?, ?, ...)` is another statement for each number of keys, and databases limit how many parameters they take.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import JSON, ColumnElement, FromClause, Select, Text, bindparam, cast, func, select, tuple_

Key = tuple[str, ...]

_KEYS = bindparam("keys", type_=Text)


def among(dialect: str, *columns: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the columns together hold one of the keys that the parameter `keys` lists, as `key_list` writes them."""
    rows = _rows_in_sqlite(len(columns)) if dialect == "sqlite" else _rows_in_postgresql(len(columns))
    return columns[0].in_(rows) if len(columns) == 1 else tuple_(*columns).in_(rows)


def key_list(keys: Iterable[Key]) -> str:
    """The keys as the parameter has them: a JSON array of arrays, without keys that no row can have."""
    return msgspec.json.encode([key for key in keys if all(map(storable, key))]).decode()


def storable(text: str) -> bool:
    """Whether a database can hold the text: clients may send NUL and halves of characters, and rows never have them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _rows_in_sqlite(width: int) -> Select[*tuple[Any, ...]]:
    keys: FromClause = func.json_each(_KEYS).table_valued("value")
    return select(*(func.json_extract(keys.c.value, f"$[{place}]") for place in range(width)))


def _rows_in_postgresql(width: int) -> Select[*tuple[Any, ...]]:
    keys: FromClause = func.json_array_elements(cast(_KEYS, JSON)).table_valued("value").render_derived()
    return select(*(func.json_extract_path_text(keys.c.value, str(place), type_=Text) for place in range(width)))
