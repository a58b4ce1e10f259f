"""Type names for supergraphs in which `Money` or `Account` already mean something else."""

from collections.abc import Mapping
from dataclasses import replace

from strawberry.schema.name_converter import NameConverter
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.scalar import ScalarDefinition

_SHARED = frozenset({"Customer", "Invoice", "PageInfo", "Query", "Mutation"})
_FEDERATION = ("_", "link__", "federation__")
_OWN_SCALARS = frozenset({"CountryCode", "CurrencyCode", "Decimal", "URL"})
"""Those that another subgraph may write otherwise, or have as an enum; Date and DateTime mean the same to everybody."""


def prefixed(prefix: str, name: str) -> str:
    """What a type of ours is called in this supergraph."""
    return name if name in _SHARED or name.startswith(_FEDERATION) else prefix + name


class PrefixedNames(NameConverter):
    """Puts a prefix before every type of ours, but those that a supergraph shares with us."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self.prefix = prefix

    def from_object(self, object_type: StrawberryObjectDefinition) -> str:
        """The name of an object or input type, or of an interface."""
        return prefixed(self.prefix, super().from_object(object_type))

    def from_enum(self, enum: StrawberryEnumDefinition) -> str:
        """The name of an enum."""
        return prefixed(self.prefix, super().from_enum(enum))


def prefixed_scalars(prefix: str, scalars: Mapping[object, ScalarDefinition]) -> dict[object, ScalarDefinition]:
    """The same scalars; the prefix is before the names of those that are ours alone."""
    return {
        python_type: replace(scalar, name=prefixed(prefix, scalar.name)) if scalar.name in _OWN_SCALARS else scalar
        for python_type, scalar in scalars.items()
    }
