"""Type names for supergraphs in which `Money` or `Account` already mean something else."""

from strawberry.schema.name_converter import NameConverter
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition

_SHARED = frozenset({"Customer", "Invoice", "PageInfo", "Query", "Mutation"})


class PrefixedNames(NameConverter):
    """Puts a prefix before every type of ours, but those that a supergraph shares with us."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self.prefix = prefix

    def from_object(self, object_type: StrawberryObjectDefinition) -> str:
        """The name of an object or input type."""
        return self._prefixed(super().from_object(object_type))

    def from_enum(self, enum: StrawberryEnumDefinition) -> str:
        """The name of an enum."""
        return self._prefixed(super().from_enum(enum))

    def _prefixed(self, name: str) -> str:
        is_shared = name in _SHARED or name.startswith(("_", "link__", "federation__"))
        return name if is_shared else self.prefix + name
