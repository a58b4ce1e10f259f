"""What one document may ask for: a rule, built once, so that validated documents stay cached.

The library's own limiters walk a fragment anew for each of its spreads, so that twenty fragments which each spread the
next one twice keep them busy for seconds, and sixty for ever. Here each fragment is measured once.
"""

from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)
from graphql.validation import ASTValidationRule, ValidationContext, ValidationRule

from graph.context import Limits
from resolvers.model.errors import ErrorCode


def validation_rules(limits: Limits) -> list[type[ASTValidationRule]]:
    """The rule for these limits; it reports QUERY_TOO_COMPLEX."""

    class WithinLimits(ValidationRule):
        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            self._measure = _Measure(context)

        def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
            size = self._measure.selections(node.selection_set)
            for count, most, kind in (
                (size.depth, limits.depth, "levels"),
                (size.aliases, limits.aliases, "aliases"),
                (size.fields, limits.root_fields, "root fields"),
            ):
                if count > most:
                    message = f"The operation has more {kind} than the {most} that are allowed."
                    self.report_error(GraphQLError(message, node, extensions={"code": ErrorCode.QUERY_TOO_COMPLEX}))

    return [WithinLimits]


@dataclass(frozen=True, slots=True)
class _Size:
    """How deep selections nest, how many aliases are in them, and how many fields are at their top."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0


class _Measure:
    """Measures selections, fragments included, each of which counts as often as it is spread."""

    def __init__(self, context: ValidationContext) -> None:
        self._context = context
        self._fragments: dict[str, _Size] = {}

    def selections(self, selections: SelectionSetNode) -> _Size:
        """How large the selections are."""
        sizes = [self._selection(node) for node in selections.selections]
        return _Size(
            max((size.depth for size in sizes), default=0),
            sum(size.aliases for size in sizes),
            sum(size.fields for size in sizes),
        )

    def _selection(self, node: SelectionNode) -> _Size:
        match node:
            case FieldNode():
                return self._field(node)
            case InlineFragmentNode():
                return self.selections(node.selection_set)
            case FragmentSpreadNode():
                return self._fragment(node.name.value)
        return _Size()

    def _field(self, node: FieldNode) -> _Size:
        aliases = int(node.alias is not None)
        if node.selection_set is None or node.name.value.startswith("__"):  # introspection is as deep as it is
            return _Size(0, aliases, 1)
        below = self.selections(node.selection_set)
        return _Size(below.depth + 1, below.aliases + aliases, 1)

    def _fragment(self, name: str) -> _Size:
        if name not in self._fragments:
            self._fragments[name] = _Size()  # for a fragment that spreads itself, which another rule reports
            fragment = self._context.get_fragment(name)
            if fragment is not None:
                self._fragments[name] = self.selections(fragment.selection_set)
        return self._fragments[name]
