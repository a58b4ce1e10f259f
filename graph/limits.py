"""What one document may ask for: the library's rules and ours, built once, so that validated documents stay cached."""

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)
from graphql.validation import ASTValidationRule, ValidationContext, ValidationRule
from strawberry.extensions import MaxAliasesLimiter, QueryDepthLimiter

from graph.context import Limits
from resolvers.model.errors import ErrorCode


def validation_rules(limits: Limits) -> list[type[ASTValidationRule]]:
    """The rules for these limits; each reports QUERY_TOO_COMPLEX."""
    rules = [
        *QueryDepthLimiter(limits.depth).validation_rules,
        *MaxAliasesLimiter(limits.aliases).validation_rules,
        _most_root_fields(limits.root_fields),
    ]
    return [_too_complex(rule) for rule in rules]


def _most_root_fields(most: int) -> type[ValidationRule]:
    class MostRootFields(ValidationRule):
        def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
            count = _count_fields(node.selection_set, self.context, frozenset())
            if count > most:
                self.report_error(GraphQLError(f"{count} root fields found. Allowed: {most}", node))

    return MostRootFields


def _count_fields(selections: SelectionSetNode, context: ValidationContext, spread: frozenset[str]) -> int:
    count = 0
    for node in selections.selections:
        if isinstance(node, FieldNode):
            count += 1
        elif isinstance(node, InlineFragmentNode):
            count += _count_fields(node.selection_set, context, spread)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
            fragment: FragmentDefinitionNode | None = context.get_fragment(node.name.value)
            if fragment is not None:
                count += _count_fields(fragment.selection_set, context, spread | {node.name.value})
    return count


def _too_complex(rule: type[ASTValidationRule]) -> type[ASTValidationRule]:
    class TooComplex(rule):  # type: ignore[misc, valid-type]  # the library makes its rules anew for each limit
        def __init__(self, context: ValidationContext) -> None:
            super().__init__(_Coded(context))

    return TooComplex


class _Coded:
    """A validation context whose errors say that the operation is too complex."""

    def __init__(self, context: ValidationContext) -> None:
        self._context = context

    def __getattr__(self, name: str) -> object:
        return getattr(self._context, name)

    def report_error(self, error: GraphQLError) -> None:
        error.extensions = {**(error.extensions or {}), "code": ErrorCode.QUERY_TOO_COMPLEX}
        self._context.report_error(error)
