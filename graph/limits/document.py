"""What one document may ask for, whatever its variables: measured before any other rule looks at it.

The library's own limiters walk a fragment anew for each of its spreads, so that twenty fragments which each spread the
next one twice keep them busy for seconds, and sixty for ever. Here each fragment is measured once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FloatValueNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    get_named_type,
)
from graphql.validation import ASTValidationRule, ValidationContext, ValidationRule
from graphql.validation.validate import ValidationAbortedError

from graph.context import Limits
from resolvers.model.errors import ErrorCode

_NUMBER_LENGTH = 100


def too_complex(message: str, node: Node | None = None) -> GraphQLError:
    """The error of a document that asks for more than is allowed."""
    return GraphQLError(message, node, extensions={"code": ErrorCode.QUERY_TOO_COMPLEX})


def within_limits(limits: Limits) -> type[ASTValidationRule]:
    """The rule for these limits, to come before all others; it reports QUERY_TOO_COMPLEX."""

    class WithinLimits(ValidationRule):
        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            self._measure = _Measure(context)

        def enter_document(self, node: DocumentNode, *_: object) -> None:
            operations = [item for item in node.definitions if isinstance(item, OperationDefinitionNode)]
            if len(operations) > limits.operations:
                raise _aborted(f"The document has more operations than the {limits.operations} that are allowed.")

        def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
            for message in _excesses(self._measure.operation(node), limits):
                self.report_error(too_complex(message, node))

        def enter_string_value(self, node: StringValueNode | IntValueNode, *_: object) -> None:
            type_ = get_named_type(self.context.get_input_type())
            most = limits.longest_text(type_.name if type_ else "")
            if len(node.value) > most:
                self.report_error(too_complex(f"A text is longer than the {most} characters that are allowed.", node))

        enter_int_value = enter_string_value  # an id may be written as a number

    return WithinLimits


class ShortNumbers(ValidationRule):
    """Ints of so many digits, before the library quotes a longer one, and what Python says of it."""

    def enter_int_value(self, node: IntValueNode | FloatValueNode, *_: object) -> None:
        """Ends the validation at a longer one."""
        type_ = get_named_type(self.context.get_input_type())
        if len(node.value) > _NUMBER_LENGTH and type_ is not None and type_.name == "Int":
            raise _aborted(f"A number is longer than the {_NUMBER_LENGTH} characters that are allowed.", node)

    enter_float_value = enter_int_value


def _aborted(message: str, node: Node | None = None) -> ValidationAbortedError:
    """Ends the validation, for what comes next would take too long or say too much."""
    return ValidationAbortedError(message, node, extensions={"code": ErrorCode.QUERY_TOO_COMPLEX})


@dataclass(frozen=True, slots=True)
class _Size:
    """How deep selections nest, how many aliases and directives are in them, and how many fields are at their top."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0


def _excesses(size: _Size, limits: Limits) -> Iterator[str]:
    for count, most, kind in (
        (size.depth, limits.depth, "levels"),
        (size.aliases, limits.aliases, "aliases"),
        (size.directives, limits.directives, "directives"),
        (size.fields, limits.root_fields, "root fields"),
    ):
        if count > most:
            yield f"The operation has more {kind} than the {most} that are allowed."


class _Measure:
    """Measures selections, fragments included, each of which counts as often as it is spread."""

    def __init__(self, context: ValidationContext) -> None:
        self._context = context
        self._fragments: dict[str, _Size] = {}

    def operation(self, node: OperationDefinitionNode) -> _Size:
        """How large the operation is."""
        size = self._selections(node.selection_set)
        on_variables = sum(len(variable.directives or ()) for variable in node.variable_definitions or ())
        return _Size(size.depth, size.aliases, size.directives + _directives(node) + on_variables, size.fields)

    def _selections(self, selections: SelectionSetNode) -> _Size:
        sizes = [self._selection(node) for node in selections.selections]
        return _Size(
            max((size.depth for size in sizes), default=0),
            sum(size.aliases for size in sizes),
            sum(size.directives for size in sizes),
            sum(size.fields for size in sizes),
        )

    def _selection(self, node: SelectionNode) -> _Size:
        match node:
            case FieldNode():
                return self._field(node)
            case InlineFragmentNode():
                return _with_directives(self._selections(node.selection_set), node)
            case FragmentSpreadNode():
                return _with_directives(self._fragment(node.name.value), node)
        return _Size()

    def _field(self, node: FieldNode) -> _Size:
        aliases, directives = int(node.alias is not None), _directives(node)
        if node.selection_set is None:
            return _Size(0, aliases, directives, 1)
        below = self._selections(node.selection_set)
        # Introspection is as deep as it is; a rule of the library's bounds how often it may turn back on itself.
        depth = 0 if node.name.value.startswith("__") else below.depth + 1
        return _Size(depth, below.aliases + aliases, below.directives + directives, 1)

    def _fragment(self, name: str) -> _Size:
        if name not in self._fragments:
            self._fragments[name] = _Size()  # for a fragment that spreads itself, which another rule reports
            fragment = self._context.get_fragment(name)
            if fragment is not None:
                self._fragments[name] = _with_directives(self._selections(fragment.selection_set), fragment)
        return self._fragments[name]


def _directives(node: Node) -> int:
    return len(getattr(node, "directives", None) or ())


def _with_directives(size: _Size, node: Node) -> _Size:
    return _Size(size.depth, size.aliases, size.directives + _directives(node), size.fields)
