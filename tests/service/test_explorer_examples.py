"""The explorer's worked examples, asked of the gateway on the demo's data."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from service import explorer

FOLDER = Path(explorer.__file__).parent / "examples"
EXAMPLES = {file.stem: file.read_text() for file in sorted(FOLDER.glob("*.graphql"))}


@pytest.mark.parametrize("name", EXAMPLES)
async def test_a_worked_example_is_answered_without_an_error(gateway_url: str, name: str) -> None:
    async with httpx.AsyncClient(base_url=gateway_url, timeout=30) as client:
        response = await client.post("/graphql", json={"query": EXAMPLES[name]})

    answer = response.json()
    assert "errors" not in answer
    assert [field for field, value in answer["data"].items() if not value] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_worked_example_says_what_it_shows_and_fits_beside_its_answer(name: str) -> None:
    lines = EXAMPLES[name].splitlines()

    assert lines[0].startswith("# ")
    assert max(map(len, lines)) <= 42
