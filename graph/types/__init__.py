"""The schema's types. The canonical Structs flow through them as they are: a plain field is a plain attribute."""

from graph.types import enums

__all__ = ["enums"]  # which makes the canonical enums those of the schema, before a type names one
