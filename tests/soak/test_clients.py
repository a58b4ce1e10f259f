"""What the clients of a soak ask is answered: an operation that is refused puts no weight on anything."""

from pathlib import Path

from graphql import build_schema, parse, validate

from soak.clients import QUERIES

SCHEMA = build_schema((Path(__file__).parents[2] / "client.graphql").read_text(), assume_valid=True)


def test_all_that_is_asked_can_be_asked_but_for_one_mistake_on_purpose() -> None:
    assert [query for query in QUERIES if validate(SCHEMA, parse(query))] == ["{ viewer { nonsense } }"]
