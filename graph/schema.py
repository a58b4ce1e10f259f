"""The schema, built once: types, scalars, rules, and the two ways it is printed."""

from collections.abc import Callable
from typing import Literal, cast

import strawberry
from graphql import GraphQLError, GraphQLObjectType, GraphQLSchema, print_schema
from strawberry.extensions import (
    AddValidationRules,
    DisableIntrospection,
    MaxTokensLimiter,
    ParserCache,
    SchemaExtension,
    ValidationCache,
)
from strawberry.federation.schema import FederationAny
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from graph import errors as graph_errors
from graph.context import Info, Limits
from graph.entities import resolve_representation
from graph.limits import validation_rules
from graph.mutation import Mutation
from graph.naming import PrefixedNames
from graph.query import Query
from graph.types.account import Account
from graph.types.customer import Customer
from graph.types.invoice import Invoice
from graph.types.scalars import SCALARS
from graph.types.source import Source
from resolvers.model.errors import QueryTooComplex

_CACHED_DOCUMENTS = 1_000
_FEDERATION: Literal["2.9"] = "2.9"  # the newest that Hive's composition knows


class Schema(strawberry.federation.Schema):
    """A subgraph whose entities resolve one by one: what is wrong with one leaves its neighbours alone."""

    def entities_resolver(self, info: Info, representations: list[FederationAny]) -> list[FederationAny]:
        """One entity, awaitable or None for each representation, in their order. Raises QueryTooComplex."""
        most = info.context.limits.entities
        if len(representations) > most:
            raise QueryTooComplex(f"representations: at most {most} at once, not {len(representations)}.")
        return [resolve_representation(info, item) for item in representations]  # type: ignore[misc]  # as the library

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Logs what clients are not told."""
        graph_errors.log(errors)


def build_schema(limits: Limits | None = None, *, introspection: bool = True, type_prefix: str = "") -> Schema:
    """The schema under these limits."""
    return Schema(
        query=Query,
        mutation=Mutation,
        types=[Customer, Account, Invoice, Source],
        config=StrawberryConfig(name_converter=PrefixedNames(type_prefix), scalar_map=SCALARS),
        extensions=_extensions(limits or Limits(), introspection=introspection),
        federation_version=_FEDERATION,
    )


def _extensions(limits: Limits, *, introspection: bool) -> list[Callable[[], SchemaExtension]]:
    rules = validation_rules(limits)
    if not introspection:
        rules += DisableIntrospection().validation_rules
    return [
        lambda: MaxTokensLimiter(limits.tokens),
        lambda: AddValidationRules(rules),
        lambda: ParserCache(_CACHED_DOCUMENTS),
        lambda: ValidationCache(_CACHED_DOCUMENTS),
    ]


def print_subgraph_sdl(type_prefix: str = "") -> str:
    """The SDL that composition reads, federation's directives included: `schema.graphql`."""
    return build_schema(type_prefix=type_prefix).as_str().strip() + "\n"


def print_client_sdl(type_prefix: str = "") -> str:
    """The SDL that clients see, for code generation: no federation in it."""
    schema = build_schema(type_prefix=type_prefix)._schema  # the library has no public way to it
    query = cast("GraphQLObjectType", schema.type_map["Query"])
    fields = {name: field for name, field in query.fields.items() if not name.startswith("_")}
    client_query = GraphQLObjectType(query.name, fields, description=query.description)
    return print_schema(GraphQLSchema(client_query, schema.mutation_type)).strip() + "\n"
