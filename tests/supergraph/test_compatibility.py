"""What Apollo's subgraph compatibility suite asserts of its own schema, asserted of ours."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLSchema,
    build_client_schema,
    build_schema,
    get_introspection_query,
    is_input_object_type,
    is_interface_type,
    is_introspection_type,
    is_object_type,
)

from tests.supergraph.conftest import Subgraph, composed
from tests.supergraph.in_memory import Subgraph as OurSubgraph

_LINK = re.compile(r'@link\(url: "https://specs\.apollo\.dev/federation/(v[\d.]+)", import: \[([^\]]*)\]\)')
_OF_THE_DIRECTIVES = {"_FieldSet", "link__Import", "link__Purpose"}  # a composer knows them, and no SDL defines them
_ANOTHERS = """
    extend schema @link(
      url: "https://specs.apollo.dev/federation/v2.9",
      import: ["@key", "@shareable", "@external", "@requires", "@provides", "@tag", "@inaccessible"]
    )
    type Query { reminders: [Reminder!]! }
    type Reminder { invoice: Invoice! to: Customer! @provides(fields: "name") internalNote: String @inaccessible }
    type Invoice @key(fields: "id") {
      id: ID!
      issueDate: Date @external
      remindOn: Date @requires(fields: "issueDate")
    }
    type Customer @key(fields: "id") {
      id: ID!
      name: String @external
      email: String @shareable @tag(name: "personal")
    }
    scalar Date
"""


async def _sdl() -> str:
    answer = await OurSubgraph().ask("{ _service { sdl } }")
    sdl: str = answer["data"]["_service"]["sdl"]
    return sdl


async def test_it_links_one_federation_of_the_promised_version_and_imports_what_it_uses() -> None:
    sdl = await _sdl()

    ((version, imports),) = _LINK.findall(sdl)
    imported = set(re.findall(r'"(@\w+)"', imports))
    assert version == "v2.9"
    assert imported == {directive for directive in ("@key", "@shareable") if f" {directive}" in sdl.partition("}")[2]}


@pytest.mark.parametrize(
    ("entity", "key"), [("Customer", "id"), ("Invoice", "id"), ("Account", "id"), ("Source", "name")]
)
async def test_each_entity_has_the_one_key_by_which_it_resolves(entity: str, key: str) -> None:
    (directives,) = re.findall(rf"^type {entity}\b([^{{]*)\{{", await _sdl(), re.MULTILINE)

    assert re.findall(r"@key\(([^)]*)\)", directives) == [f'fields: "{key}"']


@pytest.mark.parametrize("value_type", ["Money", "Address", "PageInfo"])
async def test_value_types_are_shareable(value_type: str) -> None:
    assert re.search(rf"^type {value_type}\b[^{{]*@shareable \{{", await _sdl(), re.MULTILINE)


async def test_introspection_and_sdl_tell_the_same_types_and_fields() -> None:
    introspected = await OurSubgraph().ask(get_introspection_query())

    by_sdl = build_schema(await _sdl(), assume_valid_sdl=True)
    assert _fields(build_client_schema(introspected["data"])) == _fields(by_sdl)


async def test_a_trace_is_there_even_for_the_smallest_question() -> None:
    answer = await OurSubgraph().ask("{ __typename }", headers={"apollo-federation-include-trace": "ftv1"})

    assert answer == {"data": {"__typename": "Query"}, "extensions": {"ftv1": answer["extensions"]["ftv1"]}}


@pytest.mark.parametrize("composer", ["apollo", "hive"])
async def test_another_subgraph_may_require_provide_and_tag_our_fields(
    example: Path, tmp_path: Path, composer: str
) -> None:
    ours, anothers = tmp_path / "invoices.graphql", tmp_path / "reminders.graphql"
    ours.write_text(await _sdl())
    anothers.write_text(_ANOTHERS)

    supergraph = composed(example, composer, [Subgraph("invoices", "", ours), Subgraph("reminders", "", anothers)])

    assert "remindOn" in supergraph


def _fields(schema: GraphQLSchema) -> dict[str, Any]:
    """Each type's fields with their types and arguments, but for what only federation's directives mention."""
    return {
        name: {
            field: (str(told.type), {argument: str(said.type) for argument, said in getattr(told, "args", {}).items()})
            for field, told in type_.fields.items()
        }
        if is_object_type(type_) or is_interface_type(type_) or is_input_object_type(type_)
        else type(type_)
        for name, type_ in schema.type_map.items()
        if not is_introspection_type(type_) and name not in _OF_THE_DIRECTIVES
    }
