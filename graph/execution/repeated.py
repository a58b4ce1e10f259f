"""The library's executor, made once for an operation and copied for each of its runs.

That holds of operations that are answered in one piece, and that nobody watches: others are made anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

from graphql import DocumentNode, GraphQLError, GraphQLSchema, Undefined, get_operation_ast, is_non_null_type
from graphql.execution import Executor
from graphql.execution.executor import CollectedErrors
from graphql.execution.get_variable_signature import GraphQLVariableSignature
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.utilities import coerce_input_value

from graph.execution.projections import is_the_same_each_time, kept_characters
from graph.last_used import LastUsed
from graph.late_parts import LatePartsExecutor

_KEPT_OPERATIONS, _KEPT_CHARACTERS = 1_000, 1_000_000


@dataclass(frozen=True, slots=True)
class _Template:
    """An executor without a run, what it was made with, and the operation's variables."""

    executor: "RepeatedExecutor"
    settings: object
    variables: Sequence[GraphQLVariableSignature]


class RepeatedExecutor(LatePartsExecutor):
    """Executes one operation."""

    templates: ClassVar[LastUsed[object, _Template]] = LastUsed(_KEPT_OPERATIONS, _KEPT_CHARACTERS)

    @classmethod
    def build(
        cls,
        schema: GraphQLSchema,
        document: DocumentNode,
        root_value: object = None,
        context_value: object = None,
        raw_variable_values: dict[str, Any] | None = None,
        operation_name: str | None = None,
        *others: Any,  # noqa: ANN401  # the library's own signature
        operation_extensions: dict[str, Any] | None = None,
        **options: Any,  # noqa: ANN401  # the library's own signature
    ) -> list[GraphQLError] | Executor[Any]:
        """The executor of this run, or what is wrong with the operation or its variables."""
        place, settings = (cls, id(get_operation_ast(document, operation_name))), (schema, others, options)
        template = cls.templates.find(place)
        if template is not None and template.settings == settings:
            values = fitting_values(template.variables, raw_variable_values or {})
            if values is not None:
                return template.executor._copied(root_value, context_value, values, operation_extensions)
        made = super().build(schema, document, None, None, raw_variable_values, operation_name, *others, **options)
        if not isinstance(made, cls):
            return made
        values, made.variable_values = made.variable_values, VariableValues({}, {})
        if made._is_repeatable():
            variables = [source.signature for source in values.sources.values()]
            cls.templates.keep(place, _Template(made, settings, variables), made.kept_characters)
        return made._copied(root_value, context_value, values, operation_extensions)

    @cached_property
    def kept_characters(self) -> int:
        """What to charge for keeping what is made of the operation; copies know it from the one that they are of."""
        return kept_characters(self.operation, self.fragment_definitions)

    def begin(self) -> None:
        """Makes or finds what is the run's own, whose variables and context are known now."""

    def _is_repeatable(self) -> bool:
        is_watched = self.middleware_manager or self.abort_signal or self.hooks
        return not is_watched and is_the_same_each_time(self.operation, self.fragment_definitions)

    def _copied(
        self,
        root_value: object,
        context_value: object,
        variable_values: VariableValues,
        operation_extensions: dict[str, Any] | None,
    ) -> Self:
        """The executor of a run. What only deferred parts, hooks and the library's aborting fill is shared."""
        executor = object.__new__(type(self))
        executor.__dict__.update(
            self.__dict__,
            root_value=root_value,
            context_value=context_value,
            variable_values=variable_values,
            operation_extensions=operation_extensions,
            collected_errors=CollectedErrors(),
        )
        executor.begin()
        return executor


def fitting_values(variables: Sequence[GraphQLVariableSignature], given: Mapping[str, object]) -> VariableValues | None:
    """The variables' values; None where the library has a default to fill in, or a mistake to tell.

    They are nested no deeper than the limits allow, which is checked before an operation runs.
    """
    sources: dict[str, VariableValueSource] = {}
    coerced: dict[str, Any] = {}
    for variable in variables:
        name = variable.name
        value = given.get(name, Undefined)
        sources[name] = VariableValueSource(variable, value)
        if value is not Undefined:
            coerced[name] = coerce_input_value(value, variable.type)
            if coerced[name] is Undefined:
                return None
        elif variable.default is not None or is_non_null_type(variable.type):
            return None
    return VariableValues(sources, coerced)
