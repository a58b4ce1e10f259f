"""What a router may send as representations, and what it gets at each place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.context import Limits
from resolvers.model.errors import SourceTimeout
from tests.supergraph.in_memory import ACCOUNT, INVOICE, NOT_THEIRS, Subgraph

_ENTITIES = """query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Customer { id accounts { id } }
    ... on Account { id }
    ... on Invoice { id number }
    ... on Source { name }
  }
}"""
_KEYS: list[dict[str, Any]] = [
    {"__typename": "Customer", "id": "C-1"},
    {"__typename": "Account", "id": ACCOUNT.id},
    {"__typename": "Invoice", "id": INVOICE.id},
    {"__typename": "Source", "name": "shop"},
]
_LITERAL = f'{{ __typename: "Invoice", id: "{INVOICE.id}" }}'
_WHOLE = [
    {"__typename": "Customer", "id": "C-1", "accounts": [{"id": ACCOUNT.id}]},
    {"__typename": "Account", "id": ACCOUNT.id},
    {"__typename": "Invoice", "id": INVOICE.id, "number": "2026/1"},
    {"__typename": "Source", "name": "shop"},
]
_anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_almost = st.fixed_dictionaries(
    {},
    optional={
        "__typename": st.sampled_from(["Customer", "Account", "Invoice", "Source", "Query", "_Any", "Parcel"])
        | _anything,
        "id": st.text(max_size=20) | _anything,
        "name": st.text(max_size=20) | _anything,
        "needed": _anything,
    },
)


async def test_each_entity_is_found_by_its_key() -> None:
    answer = await Subgraph().ask(_ENTITIES, {"representations": _KEYS})

    assert answer == {"data": {"_entities": _WHOLE}}


@settings(max_examples=60)
@given(st.lists((_anything | _almost).filter(lambda sent: sent is not None), max_size=6))
async def test_whatever_else_is_sent_is_null_at_its_place_and_leaves_the_others_whole(sent: list[Any]) -> None:
    answer = await Subgraph().ask(_ENTITIES, {"representations": [*sent, *_KEYS]})

    assert answer == {"data": {"_entities": [None] * len(sent) + _WHOLE}}


@pytest.mark.parametrize(
    ("selected", "fragments"),
    [
        ("... on _Entity { ... on Invoice { number } }", ""),
        ("...OfEntity", "fragment OfEntity on _Entity { ... on Invoice { ... { number } } }"),
    ],
)
async def test_what_is_selected_of_the_union_is_asked_of_the_source(selected: str, fragments: str) -> None:
    asked = f"{{ _entities(representations: [{_LITERAL}]) {{ {selected} }} }} {fragments}"

    assert await Subgraph().ask(asked) == {"data": {"_entities": [{"number": "2026/1"}]}}


@pytest.mark.parametrize(
    "id_", ["", "x" * 19_000, "\0", "'; --", "C-1 ", "c-1", None, 1, 1.5, True, ["C-1"], {"id": "C-1"}]
)
async def test_an_id_that_is_nobodys_is_null(id_: object) -> None:
    sent = [{"__typename": type_name, "id": id_} for type_name in ("Customer", "Account", "Invoice")]

    answer = await Subgraph().ask(_ENTITIES, {"representations": [*sent, *_KEYS]})

    assert answer == {"data": {"_entities": [None, None, None, *_WHOLE]}}


async def test_what_another_subgraph_needed_comes_along_and_does_no_harm() -> None:
    sent = _KEYS[2] | {"total": {"__typename": "Money", "amount": "1.00"}, "number": "told by another"}

    answer = await Subgraph().ask(_ENTITIES, {"representations": [sent]})

    assert answer == {"data": {"_entities": [_WHOLE[2]]}}


async def test_what_is_not_theirs_is_null_and_asks_no_source() -> None:
    subgraph = Subgraph(principal=NOT_THEIRS)

    answer = await subgraph.ask(_ENTITIES, {"representations": _KEYS})

    assert answer == {"data": {"_entities": [None, None, None, {"__typename": "Source", "name": "shop"}]}}
    assert subgraph.shop.calls == []


async def test_a_source_that_fails_is_an_error_at_its_entitys_place() -> None:
    subgraph = Subgraph()
    subgraph.shop.fault = lambda _: SourceTimeout("shop")

    answer = await subgraph.ask(_ENTITIES, {"representations": _KEYS})

    assert answer["data"] == {"_entities": [*_WHOLE[:2], None, _WHOLE[3]]}
    assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == [
        (["_entities", 2], "SOURCE_TIMEOUT")
    ]


async def test_the_same_invoice_many_times_is_asked_for_once() -> None:
    subgraph = Subgraph()

    await subgraph.ask(_ENTITIES, {"representations": _KEYS[2:3] * 50})

    assert len(subgraph.shop.calls) == 1


async def test_more_entities_than_allowed_are_refused_before_anything_is_looked_up() -> None:
    subgraph = Subgraph(limits=Limits(entities=3))

    answer = await subgraph.ask(_ENTITIES, {"representations": _KEYS})

    assert answer["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX"
    assert subgraph.shop.calls == []


async def test_no_representations_are_no_entities() -> None:
    assert await Subgraph().ask(_ENTITIES, {"representations": []}) == {"data": {"_entities": []}}


@pytest.mark.parametrize("type_prefix", ["Invoicing", "I", "Inv", "Customer"])
async def test_under_a_prefix_entities_have_the_printed_names_and_no_others(type_prefix: str) -> None:
    query = _ENTITIES.replace("on Account", f"on {type_prefix}Account").replace("on Source", f"on {type_prefix}Source")
    names = {"Account": f"{type_prefix}Account", "Source": f"{type_prefix}Source"}
    keys = [key | {"__typename": names.get(key["__typename"], key["__typename"])} for key in _KEYS]
    strangers = [_KEYS[1], _KEYS[3], _KEYS[0] | {"__typename": f"{type_prefix}Customer"}]

    answer = await Subgraph(type_prefix=type_prefix).ask(query, {"representations": [*strangers, *keys]})

    found = answer["data"]["_entities"]
    assert "errors" not in answer
    assert found[:3] == [None, None, None]
    assert [entity["__typename"] for entity in found[3:]] == [key["__typename"] for key in keys]
