"""Whatever a client sends, it gets an answer of its own kind, which says what to send instead; never a 500."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
import pytest

GRAPHQL = "application/graphql-response+json"
NAME = "{ __typename }"


@pytest.fixture
async def client(gateway_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the running service that says nothing by itself."""
    async with httpx.AsyncClient(base_url=gateway_url, trust_env=False) as made:
        yield made


def told(answer: httpx.Response) -> str:
    """The first error's message."""
    return str(answer.json()["errors"][0]["message"])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The body is not JSON."),
        (b"null", "The body is no GraphQL request: Expected `object`, got `null`."),
        (b"12", "The body is no GraphQL request: Expected `object`, got `int`."),
        (b'"{ __typename }"', "The body is no GraphQL request: Expected `object`, got `str`."),
        (b"[]", "Operations come one a request"),
        (b' [{"query":"{ __typename }"}]', "Operations come one a request"),
        (b"{}", "There is no query."),
        (b'{"query":null}', "There is no query."),
        (b'{"query":""}', "There is no query."),
        (b'{"query":7}', "The body is no GraphQL request: Expected `str | null`, got `int` - at `$.query`."),
        (b'{"query":"{ __typename }","variables":[1]}', "Expected `object | null`, got `array` - at `$.variables`."),
        (b'{"query":"{ __typename }","variables":"{}"}', "Expected `object | null`, got `str` - at `$.variables`."),
        (
            b'{"query":"{ __typename }","operationName":[]}',
            "Expected `str | null`, got `array` - at `$.operationName`.",
        ),
        (b'{"query":"{ __typename }","extensions":1}', "Expected `object | null`, got `int` - at `$.extensions`."),
        (b'{"query":"{ __typename }","extensions":{"persistedQuery":1}}', "at `$.persistedQuery`."),
        (b'{"query":"{ __typename }","extensions":{"persistedQuery":{"version":"1","sha256Hash":""}}}', "`$.persis"),
        (b'{"query":"{ __typename }","variables":{"a":NaN}}', "The body is not JSON."),
        (b'{"query":"{ __typename }","variables":{"a":1e999}}', "out of range"),
        (b'{"query":"{ __typename }","variables":{"a":1' + b"0" * 5_000 + b"}}", "out of range"),
        (b'{"query":"{ __typename }","variables":{"a":' + b"[" * 100_000, "nested too deeply"),
        (b'{"query":"\xff"}', "The body is not UTF-8."),
        (b'{"query":"{ a(b: \\"\\ud800\\") }"}', "The body is not JSON."),
        (b'\xef\xbb\xbf{"query":"{ __typename }"}', "The body is not JSON."),
        ('{"query":"{ __typename }"}'.encode("utf-16"), "The body is not"),
        (b'{"query":"{ __typename }"', "The body is not JSON."),
    ],
)
async def test_a_body_that_is_no_request_is_told_what_is_wrong_with_it(
    body: bytes, message: str, client: httpx.AsyncClient
) -> None:
    answer = await client.post("/graphql", content=body, headers={"content-type": "application/json"})

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_USER_INPUT")
    assert message in told(answer).replace("...", "")
    assert "data" not in answer.json()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=application/json"},
        {"content-type": "text/plain; application/json"},
        {"content-type": "application/jsonp"},
        {"content-type": "application/json, text/plain"},
        {"content-type": "application/json; charset=iso-8859-1"},
        {"content-type": "application/json; charset*=utf-16''x"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {"content-type": "application/json", "content-encoding": "br"},
    ],
)
async def test_a_body_is_json_in_utf_8_and_uncompressed(headers: dict[str, str], client: httpx.AsyncClient) -> None:
    body = json.dumps({"query": NAME}).encode()
    content = gzip.compress(body) if "content-encoding" in headers else body

    answer = await client.post("/graphql", content=content, headers=headers)

    assert answer.status_code == 415
    assert answer.headers.get("accept-encoding") == ("identity" if "content-encoding" in headers else None)


async def test_a_body_has_no_second_encoding(client: httpx.AsyncClient) -> None:
    headers = [("content-type", "application/json"), ("content-encoding", "identity"), ("content-encoding", "gzip")]

    answer = await client.post("/graphql", content=json.dumps({"query": NAME}), headers=headers)

    assert answer.status_code == 415


@pytest.mark.parametrize("header", ["application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'])
async def test_a_body_may_name_its_encoding(header: str, client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", content=b'{"query":"{ __typename }"}', headers={"content-type": header})

    assert answer.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    ("query_string", "message"),
    [
        ("", "There is no query."),
        ("query=", "There is no query."),
        (f"query={quote(NAME)}&query={quote(NAME)}", "query is given twice."),
        (f"query={quote(NAME)}&variables=nonsense", "variables is not JSON."),
        (f"query={quote(NAME)}&variables=[1]", "Expected `object | null`, got `array` - at `$.variables`."),
        (f"query={quote(NAME)}&variables=" + "[" * 5_000, "variables is not JSON."),
        (f"query={quote(NAME)}&extensions=%22a%22", "Expected `object | null`, got `str` - at `$.extensions`."),
        ("query=%ff", "The query string is not percent-encoded UTF-8."),
        ("query=%ed%a0%80", "The query string is not percent-encoded UTF-8."),
        ("&".join(f"a{number}=1" for number in range(20)), "There is no query."),
        ("&".join(f"a{number}=1" for number in range(21)), "The query string has more than 20 parameters."),
    ],
)
async def test_a_query_string_that_is_no_request_is_told_what_is_wrong_with_it(
    query_string: str, message: str, client: httpx.AsyncClient
) -> None:
    answer = await client.get(f"/graphql?{query_string}")

    assert answer.status_code == 400
    assert message in told(answer)


async def test_a_body_may_come_in_pieces(client: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b'{"query": "{ __ty', b"", b'pename }"}'):
            yield piece

    answer = await client.post("/graphql", content=pieces(), headers={"content-type": "application/json"})

    assert answer.json() == {"data": {"__typename": "Query"}}


async def test_a_query_may_come_by_get(client: httpx.AsyncClient) -> None:
    parameters = {
        "query": "query A($id: ID!) { customer(id: $id) { id } } query B { viewer { roles } }",
        "operationName": "A",
        "variables": '{"id":"C-1003"}',
        "extensions": "",
        "utm_source": "mail",
    }

    answer = await client.get("/graphql", params=parameters)

    assert answer.json() == {"data": {"customer": {"id": "C-1003"}}}


async def test_a_mutation_never_comes_by_get(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql", params={"query": "mutation { __typename }"})

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert "data" not in answer.json()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "TRACE"])
async def test_other_methods_are_told_which_there_are(method: str, client: httpx.AsyncClient) -> None:
    answer = await client.request(method, "/graphql")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST, OPTIONS")


async def test_options_tell_the_methods(client: httpx.AsyncClient) -> None:
    answer = await client.options("/graphql")

    assert (answer.status_code, answer.headers["allow"], answer.content) == (204, "GET, POST, OPTIONS", b"")


@pytest.mark.parametrize("accept", ["text/html", "text/event-stream", "application/json;q=0", "image/*"])
async def test_what_cannot_be_sent_is_not_acceptable(accept: str, client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": NAME}, headers={"accept": accept})

    assert answer.status_code == 406
    assert told(answer) == f"Accept {GRAPHQL} or application/json."


FOREIGN = {"sec-fetch-site": "cross-site"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (FOREIGN, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"cookie": "session=1"}, 403),
        (FOREIGN | {"apollo-require-preflight": ""}, 403),
        (FOREIGN | {"content-type": "text/plain"}, 403),
        (FOREIGN | {"apollo-require-preflight": "true"}, 200),
        (FOREIGN | {"x-apollo-operation-name": "Q"}, 200),
        (FOREIGN | {"graphql-require-preflight": "1"}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({}, 200),
    ],
)
async def test_a_get_of_a_foreign_page_needs_a_header_that_only_a_preflight_allows(
    headers: dict[str, str], status: int, client: httpx.AsyncClient
) -> None:
    answer = await client.get("/graphql", params={"query": NAME}, headers=headers)

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { __typename }", "operationName": "B"}, "BAD_USER_INPUT"),
        ({"query": "query A { __typename } query B { __typename }"}, "BAD_USER_INPUT"),
        ({"query": "fragment F on Query { __typename }"}, "BAD_USER_INPUT"),
        ({"query": "query A($id: ID!) { customer(id: $id) { id } }"}, "BAD_USER_INPUT"),
        (
            {"query": "query A($n: Int) { customers(first: $n) { nodes { id } } }", "variables": {"n": "x"}},
            "BAD_USER_INPUT",
        ),
        ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}, "PERSISTED_QUERY_NOT_FOUND"),
        ({"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "0"}}}, "PERSISTED_QUERY_NOT_SUPPORTED"),
        ({"documentId": "sha256:" + "0" * 64}, "PERSISTED_QUERY_NOT_FOUND"),
    ],
)
async def test_what_was_never_executed_has_no_data_and_the_status_that_its_media_type_wants(
    asked: dict[str, object], code: str, client: httpx.AsyncClient
) -> None:
    new = await client.post("/graphql", json=asked, headers={"accept": GRAPHQL})
    old = await client.post("/graphql", json=asked, headers={"accept": "application/json"})

    assert (new.status_code, new.headers["content-type"]) == (400, GRAPHQL)
    assert (old.status_code, old.headers["content-type"]) == (200, "application/json")
    for answer in (new, old):
        assert "data" not in answer.json()
        assert answer.json()["errors"][0]["extensions"]["code"] == code
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "operations",
    ["query A { __typename } mutation B { __typename }", "mutation B { __typename } query A { __typename }"],
)
async def test_a_get_of_several_operations_is_asked_which_before_what_it_does(
    operations: str, client: httpx.AsyncClient
) -> None:
    answer = await client.get("/graphql", params={"query": operations}, headers={"accept": GRAPHQL})

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_USER_INPUT")
    assert told(answer) == "The document has several operations: name one as operationName."


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("POST", {"content-type": "application/json"}, 400),
        ("PUT", {}, 405),
        ("POST", {"content-type": "application/json", "accept": "text/html"}, 406),
        ("POST", {"content-type": "text/plain"}, 415),
    ],
)
async def test_a_refusal_tells_the_id_that_the_log_has(
    method: str, headers: dict[str, str], status: int, client: httpx.AsyncClient
) -> None:
    answer = await client.request(method, "/graphql", headers=headers | {"x-request-id": "from-the-proxy"})

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    assert answer.json()["extensions"] == {"requestId": "from-the-proxy"}


async def test_what_was_executed_is_200_with_its_errors(client: httpx.AsyncClient) -> None:
    query = '{ customer(id: "C-1003") { invoices(first: 0) { totalCount } } }'

    answer = await client.post("/graphql", json={"query": query}, headers={"accept": GRAPHQL})

    assert answer.status_code == 200
    assert answer.json()["data"] == {"customer": {"invoices": None}}


async def test_a_number_of_many_digits_is_not_rounded(client: httpx.AsyncClient) -> None:
    asked = {"query": "query ($id: ID!) { customer(id: $id) { id } }", "variables": {"id": 123456789012345678901234}}

    answer = await client.post("/graphql", json=asked)

    assert answer.json() == {"data": {"customer": None}}
