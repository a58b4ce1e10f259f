"""What an answer is sent as, by what the client says that it takes."""

from __future__ import annotations

import pytest

from graph.http.media_types import Accepted, MediaType, accepted, is_json

GRAPHQL, JSON = MediaType.GRAPHQL_RESPONSE, MediaType.JSON


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", JSON),
        (",", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("APPLICATION/JSON; charset=utf-8", JSON),
        ("application/graphql-response+json", GRAPHQL),
        ("application/graphql-response+json, application/json;q=0.9", GRAPHQL),
        ("application/json, application/graphql-response+json", GRAPHQL),
        ("application/json, application/graphql-response+json;q=0.9", JSON),
        ("application/graphql-response+json;q=0, */*", JSON),
        ("application/json;q=0, */*", GRAPHQL),
        ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
    ],
)
def test_the_type_that_the_client_likes_best_is_sent(header: str, expected: MediaType) -> None:
    assert accepted(header) == Accepted(expected)


@pytest.mark.parametrize(
    "header", ["text/html", "; ;", "*/*;q=0", *(f"application/json;q={q}" for q in ("0", "much", "", "2", "-1", "nan"))]
)
def test_a_client_that_takes_none_of_them_is_told(header: str) -> None:
    assert accepted(header) is None


@pytest.mark.parametrize(
    ("header", "in_parts"),
    [
        ("multipart/mixed;incrementalSpec=v0.2, application/graphql-response+json", True),
        ("multipart/mixed, application/json", True),
        ("multipart/mixed", True),
        ("multipart/mixed;deferSpec=20220824, application/json", False),
        ("multipart/mixed;incrementalSpec=v9, application/json", False),
        ("multipart/mixed;q=0, application/json", False),
        ("*/*", False),
    ],
)
def test_parts_are_sent_to_those_who_know_this_form_of_them(header: str, in_parts: bool) -> None:
    found = accepted(header)

    assert found is not None
    assert found.in_parts is in_parts


@pytest.mark.parametrize(
    "parameter",
    [
        "x*=undefined''utf-8",
        "x*=idna''y",
        "x*=punycode''u%ff",
        "x*=a%00b''x",
        "x*=a; x*0=b",
        f"x*{'9' * 5_000}=a",
        'x="unclosed',
        "=; x; ;",
    ],
)
def test_a_parameter_that_is_none_of_ours_says_nothing(parameter: str) -> None:
    assert is_json(f"application/json; {parameter}")
    assert accepted(f"application/graphql-response+json; {parameter}") == Accepted(GRAPHQL)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("application/json", True),
        ("Application/JSON ; Charset = UTF-8", True),
        ('application/json; charset="utf\\-8"; x="; charset=latin-1"', True),
        ("application/json; charset=latin-1", False),
        ("application/json; charset=", False),
        ('application/json; charset=""', False),
        ("application/json; charset*=undefined''utf-8", False),
        ('application/json; x="a;b"; charset="utf-16"', False),
        ("text/plain; application/json", False),
        ("application/json, text/plain", False),
        ("", False),
    ],
)
def test_a_body_is_json_where_its_type_is_and_no_other_charset_is_named(header: str, expected: bool) -> None:
    assert is_json(header) is expected
