"""The library's executor, with a short way for what is plain.

A list or an object whose selection needs attributes and pure resolvers only is written as JSON text by a function that
was compiled for it, and stands in the data as an orjson.Fragment. Everything else goes the library's way, and so does
every value that is not as expected: then its parts are tried by themselves, so that only the part that is odd is slow.
A resolver that has to be awaited is called without what the library wraps around it.
"""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, ClassVar, TypeVar

import orjson
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLResolveInfoHelpers,
    OperationType,
    get_nullable_type,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import DeferUsage, FieldDetails, FieldDetailsList, GroupedFieldSet
from graphql.execution.executor import to_nodes
from graphql.pyutils import Path
from strawberry.types import Info

from graph.execution.compiler import Call, Projection, compile_projection
from graph.execution.leaves import text_attributes
from graph.execution.projections import Collected, CompiledOperations, Write
from graph.execution.repeated import RepeatedExecutor
from graph.execution.resolver import DirectField, direct_field, read_arguments
from graph.execution.selected import NotPlain
from resolvers.model.line_table import TableLines

_COMPILED_OPERATIONS, _COMPILED_CHARACTERS = 1_000, 1_000_000

T = TypeVar("T")
Resolve = Callable[[Any, GraphQLResolveInfo[Any]], Awaitable[Any]]


class CompiledExecutor(RepeatedExecutor):
    """Executes one operation."""

    operations: ClassVar = CompiledOperations(_COMPILED_OPERATIONS, _COMPILED_CHARACTERS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # the library's own signature
        super().__init__(*args, **kwargs)
        self.async_helpers = _unbound(self)
        self._is_watched = bool(self.middleware_manager and self.middleware_manager.middlewares)

    def begin(self) -> None:
        """Finds what earlier runs of the operation made, under the same conditions."""
        operation, values = self.operation, self.variable_values.coerced
        self._compiled = self.operations.find(operation, values) or self.operations.keep(
            operation, self.fragment_definitions, values, self.kept_characters
        )
        self._collected = self._compiled.collected or Collected()
        self._relevant_sub_fields = self._collected.sub_fields  # where the library looks for what is selected below
        self._writers: dict[Hashable, tuple[FieldDetailsList, Write | None]] = {}
        self._resolvers: dict[Hashable, Resolve | None] = {}

    def execute_operation(self, serially: bool | None = None) -> Any:  # noqa: ANN401  # the library's own signature
        """What comes of it. Where an earlier run collected the root's fields, they are not collected anew."""
        kind = self.operation.operation
        root_type = self.schema.get_root_type(kind)
        fields = None if root_type is None else self._collected.root_fields.get(root_type)
        if root_type is None or fields is None or self.abort_signal is not None:
            return super().execute_operation(serially)
        one_by_one = kind is OperationType.MUTATION if serially is None else serially
        try:
            data: Any = self.execute_root_grouped_field_set(root_type, self.root_value, fields, one_by_one, None)
        except GraphQLError as error:
            return self._failed(error)
        return self._awaited(data) if self.is_awaitable(data) else self.build_response(data)

    async def _awaited(self, data: Awaitable[dict[str, Any]]) -> Any:  # noqa: ANN401  # as above
        try:
            return self.build_response(await data)
        except GraphQLError as error:
            return self._failed(error)

    def _failed(self, error: GraphQLError) -> Any:  # noqa: ANN401  # as above
        """The response of an operation whose error reached the root."""
        self.collected_errors.add(error, None)
        return self.build_response(None)

    def execute_collected_root_fields(
        self,
        root_type: GraphQLObjectType,
        root_value: Any,  # noqa: ANN401  # the library's own signature
        grouped_field_set: GroupedFieldSet,
        serially: bool,
        new_defer_usages: Sequence[DeferUsage],
    ) -> Any:  # noqa: ANN401  # the library's own signature
        """The root's fields, by the lists of an earlier run where there was one: what is below them goes by these."""
        known = self._collected.root_fields.setdefault(root_type, grouped_field_set)
        return super().execute_collected_root_fields(root_type, root_value, known, serially, new_defer_usages)

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,  # noqa: ANN401  # the library's own signature
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: Any,  # noqa: ANN401  # the library's own signature
    ) -> Any:  # noqa: ANN401  # the library's own signature
        """The field: a text as it is, and to be awaited where its resolver is called directly."""
        resolve = self._resolver(parent_type, field_details_list[0])
        if resolve is None:
            text = None if self._is_watched else self._text(parent_type, source, field_details_list[0].node)
            if text is not None:
                return text
            return super().execute_field(parent_type, source, field_details_list, path, position_context)
        nodes = to_nodes(field_details_list)
        definition = parent_type.fields[nodes[0].name.value]
        info = self.build_resolve_info(definition, nodes, parent_type, path)
        value = resolve(source, info)
        return self.complete_awaitable_value(definition.type, field_details_list, info, path, value, position_context)

    def with_abort_signal(self, awaitable: Awaitable[T]) -> Awaitable[T]:  # type: ignore[override]  # only awaited
        """The awaitable itself, where nothing can abort it."""
        return awaitable if self.abort_signal is None else super().with_abort_signal(awaitable)

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
        if write is not None and type(result) in (list, TableLines):
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

    def _text(self, parent_type: GraphQLObjectType, source: object, node: FieldNode) -> str | None:
        """The text that is nothing but an attribute, as an entity's id is; None where the library has to look."""
        try:
            value = getattr(source, text_attributes(parent_type)[node.name.value])
        except Exception:  # noqa: BLE001  # whatever is wrong, the library comes upon it too, and tells it
            return None
        return value if type(value) is str else None

    def _resolver(self, parent_type: GraphQLObjectType, detail: FieldDetails) -> Resolve | None:
        """What is called for the field at this place; None where the library has to."""
        if self._is_watched or detail.fragment_variable_values:
            return None
        place, made = (parent_type, id(detail.node)), self._resolvers
        if place not in made:
            known = self._compiled.fields
            if place not in known:
                known[place] = direct_field(parent_type, detail.node)
            made[place] = self._made_resolver(known[place])
        return made[place]

    def _made_resolver(self, field: DirectField | None) -> Resolve | None:
        try:
            return None if field is None else partial(field.resolver.call, field.arguments(self))
        except Exception:  # noqa: BLE001  # whatever is wrong, the library comes upon it too, and tells it
            return None

    def _writer(self, type_: GraphQLOutputType, details: FieldDetailsList) -> Write | None:
        """The function that writes values of this type at this place; None where the library has to."""
        if self._is_watched:
            return None
        place = (type_, id(details))
        for made in (self._collected.writers, self._writers):
            if place in made:
                return made[place][1]
        write, made = None, self._writers
        with suppress(GraphQLError):  # in an argument or a condition
            projection = self._projection(type_, details)
            if projection is not None:
                write = projection.bound([self._bound(call) for call in projection.calls])
            if projection is None or not projection.calls:
                made = self._collected.writers
        made[place] = (details, write)  # with the list, which keeps its id from another one
        return write

    def _projection(self, type_: GraphQLOutputType, details: FieldDetailsList) -> Projection | None:
        """What is compiled for this place, now or by an earlier request."""
        if self._is_watched or any(detail.defer_usage is not details[0].defer_usage for detail in details):
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
        field, node = call.definition.extensions["strawberry-definition"], call.details[0].node
        resolver, arguments = field.base_resolver, read_arguments(self, call.definition, node)
        if resolver.info_parameter is not None:
            nodes = to_nodes(call.details)
            raw_info = self.build_resolve_info(call.definition, nodes, call.parent_type, None)  # type: ignore[arg-type]  # a pure resolver asks for no path
            arguments[resolver.info_parameter.name] = Info(raw_info, field)
        return partial(resolver.wrapped_func, **arguments)


def _unbound(executor: CompiledExecutor) -> GraphQLResolveInfoHelpers:
    """What resolvers are handed for their tasks, of an executor that hands on nothing.

    As the library makes it, executor and helpers hold each other, and with them all that was read for an answer, until
    the collector comes. This one has the executor's tasks, as those of deferred parts do, and nothing else.
    """
    tasks: Executor[Any] = Executor.__new__(Executor)
    tasks.is_awaitable, tasks.background_futures = executor.is_awaitable, executor.background_futures
    return GraphQLResolveInfoHelpers(gather=tasks.gather_async_work, track=tasks.track_async_work)


def _fragment(text: str) -> orjson.Fragment:
    """The text as JSON. Raises UnicodeEncodeError for a lone surrogate, which no JSON in UTF-8 has."""
    return orjson.Fragment(text if text.isascii() else text.encode())
