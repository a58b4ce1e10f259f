"""An extension that sees every field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from strawberry.extensions import SchemaExtension


def watching(seen: list[str]) -> type[SchemaExtension]:
    """One that notes the fields' names."""

    class Watching(SchemaExtension):
        def resolve(self, _next: Callable[..., Any], root: Any, info: Any, *args: str, **kwargs: Any) -> Any:
            seen.append(info.field_name)
            return _next(root, info, *args, **kwargs)

    return Watching
