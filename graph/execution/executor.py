"""The library's executor, with a short way for what is plain.

A list or an object whose selection needs attributes and pure resolvers only is written as JSON text by a function that
was compiled for it, and stands in the data as an orjson.Fragment. Everything else goes the library's way, and so does
every value that is not as expected: then its parts are tried by themselves, so that only the part that is odd is slow.
"""

from collections.abc import Callable, Hashable
from copy import copy
from functools import partial
from typing import Any, ClassVar

import orjson
from graphql import (
    GraphQLError,
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLResolveInfoHelpers,
    get_nullable_type,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.execution.executor import to_nodes
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path
from strawberry.schema.schema_converter import get_arguments
from strawberry.types import Info

from graph.execution.compiler import Call, NotPlain, Projection, compile_projection
from graph.execution.projections import CompiledOperations
from graph.late_parts import LatePartsExecutor

_COMPILED_OPERATIONS = 1_000

Write = Callable[[Any, Any], str]


class CompiledExecutor(LatePartsExecutor):
    """Executes one operation."""

    operations: ClassVar = CompiledOperations(_COMPILED_OPERATIONS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # the library's own signature
        super().__init__(*args, **kwargs)
        self.async_helpers = _unbound(self)
        self._compiled = self.operations.find(self.operation, self.fragment_definitions, self.variable_values.coerced)
        self._writers: dict[Hashable, tuple[FieldDetailsList, Write | None]] = {}

    def complete_list_value(
        self,
        return_type: GraphQLList[Any],
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,  # noqa: ANN401  # the library's own signature
        position_context: Any,  # noqa: ANN401  # the library's own signature
    ) -> Any:  # noqa: ANN401  # the library's own signature
        """The list, its items as fragments where they are plain."""
        write = self._writer(get_nullable_type(return_type.of_type), field_details_list)
        if write is not None and type(result) is list:
            try:
                return [_fragment(write(item, info)) for item in result]
            except Exception:  # noqa: BLE001, S110  # whatever is wrong, the library comes upon it too, and tells it
                pass
        return super().complete_list_value(return_type, field_details_list, info, path, result, position_context)

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,  # noqa: ANN401  # the library's own signature
        position_context: Any,  # noqa: ANN401  # the library's own signature
    ) -> Any:  # noqa: ANN401  # the library's own signature
        """The object, as a fragment where it is plain."""
        write = self._writer(return_type, field_details_list)
        if write is not None:
            try:
                return _fragment(write(result, info))
            except Exception:  # noqa: BLE001, S110  # whatever is wrong, the library comes upon it too, and tells it
                pass
        return super().complete_object_value(return_type, field_details_list, info, path, result, position_context)

    def _writer(self, type_: GraphQLOutputType, details: FieldDetailsList) -> Write | None:
        """The function that writes values of this type at this place; None where the library has to."""
        place = (type_, id(details))
        if place not in self._writers:
            self._writers[place] = (details, self._made_writer(type_, details))  # which keeps the id from another list
        return self._writers[place][1]

    def _made_writer(self, type_: GraphQLOutputType, details: FieldDetailsList) -> Write | None:
        try:
            projection = self._projection(type_, details)
            return None if projection is None else projection.bound([self._bound(call) for call in projection.calls])
        except GraphQLError:  # in an argument or a condition
            return None

    def _projection(self, type_: GraphQLOutputType, details: FieldDetailsList) -> Projection | None:
        """What is compiled for this place, now or by an earlier request."""
        is_watched = self.middleware_manager is not None and self.middleware_manager.middlewares
        if is_watched or any(detail.defer_usage is not details[0].defer_usage for detail in details):
            return None
        place, compiled = (type_, *(id(detail.node) for detail in details)), self._compiled.projections
        if place not in compiled:
            try:
                compiled[place] = compile_projection(self, type_, details)
            except NotPlain:
                compiled[place] = None
        return compiled[place]

    def _bound(self, call: Call) -> Callable[[Any], Any]:
        """The resolver, which wants the parent only."""
        details, field = call.details, call.definition.extensions["strawberry-definition"]
        node, schema = details[0].node, self.schema.extensions["strawberry-definition"]
        raw_info = self.build_resolve_info(call.definition, to_nodes(details), call.parent_type, None)  # type: ignore[arg-type]  # a pure resolver asks for no path
        given = get_argument_values(call.definition, node, self.variable_values, None, self.hide_suggestions)
        _, arguments = get_arguments(
            field=field,
            source=None,
            info=Info(raw_info, field),
            kwargs=given,
            config=schema.config,
            scalar_registry=schema.schema_converter.scalar_registry,
        )
        del arguments[field.base_resolver.parent_parameter.name]
        return partial(field.base_resolver.wrapped_func, **arguments)


def _unbound(executor: CompiledExecutor) -> GraphQLResolveInfoHelpers:
    """What resolvers are handed for their tasks, of an executor that hands on nothing.

    As the library makes it, executor and helpers hold each other, and with them all that was read for an answer, until
    the collector comes. A shallow copy shares the executor's tasks, as those of deferred parts do.
    """
    own = copy(executor)
    del own.async_helpers
    return GraphQLResolveInfoHelpers(gather=own.gather_async_work, track=own.track_async_work)


def _fragment(text: str) -> orjson.Fragment:
    """The text as JSON. Raises UnicodeEncodeError for a lone surrogate, which no JSON in UTF-8 has."""
    return orjson.Fragment(text if text.isascii() else text.encode())
