"""Trusted documents: read from what an app's build writes, and nothing else runs."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from graph.documents.trusted_documents import TrustedDocumentsError, read_trusted_documents
from graph.http.persisted_queries import TrustedDocuments
from tests.http.serving import client, endpoint, post, shop

ROLES = "query Roles {\n  viewer {\n    roles\n  }\n}"
HASH = sha256(ROLES.encode()).hexdigest()
APOLLO = {
    "format": "apollo-persisted-query-manifest",
    "version": 1,
    "operations": [{"id": "roles-1", "name": "Roles", "type": "query", "body": ROLES}],
}
FOUND = {"viewer": {"roles": ["STAFF"]}}


def written(folder: Path, content: object, name: str = "manifest.json") -> Path:
    """A file with this content, which is JSON unless it is text."""
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_apollos_manifest_is_read(tmp_path: Path) -> None:
    assert dict(read_trusted_documents(written(tmp_path, APOLLO))) == {"roles-1": ROLES}


def test_relays_manifest_is_read(tmp_path: Path) -> None:
    assert dict(read_trusted_documents(written(tmp_path, {"d41d8": ROLES}))) == {"d41d8": ROLES}


def test_fragments_that_files_share_come_behind_the_documents_that_need_them(tmp_path: Path) -> None:
    query = 'query Q { customer(id: "1") { ...Outer } }'
    written(tmp_path, query, "query.graphql")
    written(tmp_path, "fragment Outer on Customer { id ...Inner }", "outer.graphql")
    written(tmp_path, "fragment Inner on Customer { name }\nfragment Unused on Customer { id }", "inner.graphql")

    (text,) = read_trusted_documents(tmp_path).values()

    assert text.startswith(query)
    assert [line for line in text.splitlines() if line.startswith("fragment")] == [
        "fragment Outer on Customer {",
        "fragment Inner on Customer {",
    ]


def test_a_fragment_that_nobody_defines_is_left_to_validation(tmp_path: Path) -> None:
    written(tmp_path, "{ customer(id: 1) { ...Nowhere } }", "query.graphql")

    assert list(read_trusted_documents(tmp_path).values()) == ["{ customer(id: 1) { ...Nowhere } }"]


def test_a_folder_is_read_with_the_folders_in_it(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    written(tmp_path / "pages", f"\ufeff{ROLES}\n", "Roles.graphql")
    written(tmp_path, "{ __typename }", "name.gql")
    written(tmp_path, "not read", "README.md")

    found = read_trusted_documents(tmp_path)

    assert sorted(found.values()) == sorted([ROLES, "{ __typename }"])
    assert found[HASH] == ROLES


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "manifest.json is no manifest: "),
        ("[]", "manifest.json is no manifest: Expected `object`, got `array`. Write a folder of .graphql files"),
        ({}, "manifest.json holds no document."),
        ({"a": 1}, "manifest.json is no manifest: Expected `str`, got `int` - at `$[...]`."),
        (APOLLO | {"version": 2}, "manifest.json is no manifest: Invalid enum value 2 - at `$.version`."),
        (APOLLO | {"operations": [{"id": "a"}]}, "missing required field `body` - at `$.operations[0]`."),
        (APOLLO | {"operations": [{"id": "", "body": ROLES}]}, "has a document without id or text."),
        (
            APOLLO | {"operations": [{"id": "a", "body": ROLES}, {"id": "a", "body": "{ __typename }"}]},
            "gives the id 'a' to two documents.",
        ),
    ],
)
def test_a_manifest_that_cannot_be_read_is_named_with_its_mistake(
    content: object, message: str, tmp_path: Path
) -> None:
    with pytest.raises(TrustedDocumentsError) as told:
        read_trusted_documents(written(tmp_path, content))

    assert message in str(told.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrustedDocumentsError, match=r"nowhere\.json cannot be read: No such file"):
        read_trusted_documents(tmp_path / "nowhere.json")


def test_an_empty_document_in_a_folder_is_named(tmp_path: Path) -> None:
    written(tmp_path, "\n", "empty.graphql")

    with pytest.raises(TrustedDocumentsError, match=r"empty\.graphql is empty\."):
        read_trusted_documents(tmp_path)


@pytest.mark.parametrize(
    "asked",
    [
        {"query": ROLES},
        {"query": f"\n{ROLES}\n"},
        {"documentId": "roles-1"},
        {"documentId": f"sha256:{HASH}"},
        {"doc_id": "roles-1"},
        {"id": "roles-1"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "roles-1"}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": HASH}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": f"sha256:{HASH}"}}},
        {"query": "", "doc_id": "roles-1"},
        {"query": None, "documentId": "roles-1", "operationName": "Roles"},
    ],
)
async def test_a_trusted_document_runs_however_a_client_names_it(asked: dict[str, Any]) -> None:
    answer = await post(endpoint(shop(), TrustedDocuments({"roles-1": ROLES})), asked)

    assert answer.json() == {"data": FOUND}


@pytest.mark.parametrize(
    "asked",
    [
        {"query": "{ viewer { roles } }"},
        {"query": "{ __schema { types { name } } }"},
        {"query": "{ _service { sdl } }"},
        {"query": "{ nothing }"},
        {"query": f"{ROLES} query B {{ __typename }}"},
        {"query": "{ __typename }", "documentId": "roles-1"},
        {"documentId": "roles-2"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}},
    ],
)
async def test_nothing_else_runs(asked: dict[str, Any]) -> None:
    graph = endpoint(shop(), TrustedDocuments({"roles-1": ROLES}))

    answer = await post(graph, asked, accept="application/graphql-response+json")

    assert answer.status_code == 400
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["DOCUMENT_NOT_TRUSTED"]


async def test_a_text_is_not_learned_from_a_client() -> None:
    graph, text = endpoint(shop(), TrustedDocuments({"roles-1": ROLES})), "{ __typename }"
    said = {"persistedQuery": {"version": 1, "sha256Hash": sha256(text.encode()).hexdigest()}}

    await post(graph, {"query": text, "extensions": said})
    answer = await post(graph, {"extensions": said})

    assert answer.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"


async def test_a_trusted_query_comes_by_get_too() -> None:
    async with client(endpoint(shop(), TrustedDocuments({"roles-1": ROLES}))) as asking:
        answer = await asking.get("/", params={"documentId": "roles-1"})

    assert answer.json() == {"data": FOUND}
