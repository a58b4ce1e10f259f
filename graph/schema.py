"""The schema, built once: types, scalars, rules, and the two ways it is printed."""

from collections.abc import Iterable
from copy import copy
from functools import cached_property
from typing import Any, Literal, cast

import strawberry
from graphql import (
    ExperimentalIncrementalExecutionResults,
    GraphQLDirective,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    print_schema,
    specified_directives,
)
from strawberry.execution import optimized_is_awaitable
from strawberry.federation.schema import FederationAny
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.schema.schema import DEFAULT_ALLOWED_OPERATION_TYPES
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.execution import PreExecutionError
from strawberry.types.field import StrawberryField
from strawberry.types.graphql import OperationType

from graph import errors as graph_errors
from graph.context import Context, Info, Limits
from graph.delivery import Delivery, offered
from graph.entities import resolve_representation
from graph.execution.executor import CompiledExecutor
from graph.execution.traced import TracedExecutor
from graph.late_parts import LatePartsExecutor
from graph.limits.checked import MOST_ERRORS, Checked, DocumentCheck, without_types
from graph.limits.default_page import bound_default_pages
from graph.mutation import Mutation
from graph.naming import PrefixedNames, prefixed_scalars
from graph.ownership import is_the_owners
from graph.query import Query
from graph.run import NotRun, Run, checked_document, executed
from graph.trace import Trace
from graph.types.account import Account
from graph.types.customer import Customer
from graph.types.invoice import Invoice
from graph.types.scalars import SCALARS
from graph.types.source import Source
from resolvers.model.errors import QueryTooComplex

_FEDERATION: Literal["2.9"] = "2.9"  # the newest that Hive's composition knows


class Schema(strawberry.federation.Schema):
    """A subgraph whose entities resolve one by one: what is wrong with one leaves its neighbours alone."""

    owns_customer = True
    """False where another subgraph has Customer's attributes and root fields."""

    hides_names = False
    """True where messages about variables must name no type, and suggest nothing."""

    check: DocumentCheck
    """What forbids documents to run."""

    own_extensions: tuple[object, ...]
    """The library's extensions with which it does what this schema does by itself: any more of them must be asked."""

    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        """A type's fields, without those that Customer's owner has."""
        fields = super().get_fields(type_definition)
        if self.owns_customer:
            return fields
        return [field for field in fields if not is_the_owners(type_definition.name, field.python_name)]

    def _collect_graphql_directives(self, schema_directive_types: Iterable[type]) -> tuple[GraphQLDirective, ...]:
        return offered(super()._collect_graphql_directives(schema_directive_types))

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,  # noqa: ANN401  # the library's own signature
        root_value: Any | None = None,  # noqa: ANN401  # the library's own signature
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """What came of the operation, with a trace of it where the context asks for one."""
        is_traced = isinstance(context_value, Context) and context_value.is_traced
        if isinstance(context_value, Context) and query and not is_traced and self.extensions is self.own_extensions:
            allowed = DEFAULT_ALLOWED_OPERATION_TYPES if allowed_operation_types is None else allowed_operation_types
            run = Run(
                text=query, name=operation_name, variables=variable_values, allowed=allowed, context=context_value
            )
            return self._told(await self._run(run, operation_extensions))
        of = self._traced if is_traced else self
        result = await super(Schema, of).execute(
            query,
            variable_values,
            context_value,
            root_value,
            operation_name,
            allowed_operation_types,
            operation_extensions,
        )
        return self._told(result)

    def _told(self, result: ExecutionResult) -> ExecutionResult:
        if self.hides_names and isinstance(result, ExecutionResult) and result.errors:
            result.errors = without_types(result.errors)
        return result

    async def _run(self, run: Run, operation_extensions: dict[str, Any] | None) -> ExecutionResult:
        """What came of it, without the library's extensions. Raises the library's errors about the operation's type."""
        kind: type[ExecutionResult] = PreExecutionError
        errors: list[GraphQLError] | None
        try:
            document = checked_document(run, self._schema, self.check)
            options = self._get_custom_context_kwargs(operation_extensions)
            result = executed(run, document, self._schema, self.execution_context_class, options)
            if optimized_is_awaitable(result):
                result = await result
            if isinstance(result, ExperimentalIncrementalExecutionResults):
                return result  # type: ignore[return-value]  # as the library does
            kind, data, errors = ExecutionResult, result.data, result.errors
        except NotRun as refused:
            data, errors = None, refused.errors
        except (CannotGetOperationTypeError, InvalidOperationTypeError):
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, the client gets an answer: as the library does
            data, errors = None, [_coerced(error)]
        if errors:
            graph_errors.log(errors)
        return kind(data=data, errors=errors)

    @cached_property
    def _traced(self) -> "Schema":
        """The same schema, measuring fields: the library's executor asks each field's resolver through it."""
        traced = copy(self)
        traced.extensions = (*self.extensions, Trace)
        is_measured_alone = self.execution_context_class is CompiledExecutor and self.extensions is self.own_extensions
        traced.execution_context_class = TracedExecutor if is_measured_alone else LatePartsExecutor
        return traced

    def _get_custom_context_kwargs(
        self, operation_extensions: dict[str, Any] | None = None, *, sync: bool = False
    ) -> dict[str, Any]:
        library = super()._get_custom_context_kwargs(operation_extensions, sync=sync)
        return {**library, "max_coercion_errors": MOST_ERRORS, "hide_suggestions": self.hides_names}

    def entities_resolver(self, info: Info, representations: list[FederationAny]) -> list[FederationAny]:
        """One entity, awaitable or None for each representation, in their order. Raises QueryTooComplex."""
        most = info.context.limits.entities
        if len(representations) > most:
            raise QueryTooComplex(f"representations: at most {most} at once, not {len(representations)}.")
        return [resolve_representation(info, item) for item in representations]  # type: ignore[misc]  # as the library

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Logs what clients are not told."""
        graph_errors.log(errors)


class OwnedElsewhere(Schema):
    """The subgraph beside another one that owns Customer."""

    owns_customer = False


def build_schema(
    limits: Limits | None = None,
    *,
    introspection: bool = True,
    type_prefix: str = "",
    owns_customer: bool = True,
    compiled: bool = True,
) -> Schema:
    """The schema under these limits; with `compiled` off, the library executes everything by itself."""
    kind = Schema if owns_customer else OwnedElsewhere
    limits = limits or Limits()
    check = DocumentCheck(limits, introspection=introspection)
    schema = kind(
        query=Query,
        mutation=Mutation,
        types=[Customer, Account, Invoice, Source],
        config=StrawberryConfig(
            name_converter=PrefixedNames(type_prefix),
            scalar_map=prefixed_scalars(type_prefix, SCALARS),
            enable_experimental_incremental_execution=True,
        ),
        extensions=[lambda: Checked(check), Delivery],
        execution_context_class=CompiledExecutor if compiled else LatePartsExecutor,
        federation_version=_FEDERATION,
    )
    bound_default_pages(schema._schema, limits.page_size)  # the library has no public way to it
    schema.check, schema.own_extensions, schema.hides_names = check, schema.extensions, not introspection
    return schema


def _coerced(error: Exception) -> GraphQLError:
    return error if isinstance(error, GraphQLError) else GraphQLError(str(error), original_error=error)


def print_subgraph_sdl(type_prefix: str = "", *, owns_customer: bool = True) -> str:
    """The SDL that composition reads, federation's directives included: `schema.graphql`."""
    return build_schema(type_prefix=type_prefix, owns_customer=owns_customer).as_str().strip() + "\n"


def print_client_sdl(type_prefix: str = "", *, owns_customer: bool = True) -> str:
    """The SDL that clients see, for code generation: `client.graphql`, with no federation in it."""
    built = build_schema(type_prefix=type_prefix, owns_customer=owns_customer)
    schema = built._schema  # the library has no public way to it
    query = cast("GraphQLObjectType", schema.type_map["Query"])
    fields = {name: field for name, field in query.fields.items() if not name.startswith("_")}
    client_query = GraphQLObjectType(query.name, fields, description=query.description)
    directives = [*specified_directives, *(found for found in schema.directives if found.name == "defer")]
    return print_schema(GraphQLSchema(client_query, schema.mutation_type, directives=directives)).strip() + "\n"
