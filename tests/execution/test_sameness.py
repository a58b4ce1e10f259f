"""Whatever is asked of whatever data: the compiled answer is the library's, errors, their order and paths included."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graph.execution.executor import CompiledExecutor
from tests.execution.operations import Operation, operations
from tests.execution.shop import answer, schema_with
from tests.execution.things import Maker

COMPILED, INHERITED = schema_with(CompiledExecutor), schema_with(None)
NOT_ASKED = frozenset({"invoices", "health", "_entities", "_service"})
"""What reads more than these tests lay out, or a clock."""

KINDS_OF_DATA = 20
"""For each operation, as it takes longer to think of one than to run it."""


@given(
    operation=operations(INHERITED._schema, NOT_ASKED),
    seed=st.integers(0, 2**32),
    odd=st.sampled_from([0, 1, 4, 15]),
)
async def test_the_compiled_answer_is_the_librarys(operation: Operation, seed: int, odd: int) -> None:
    for each in range(seed, seed + KINDS_OF_DATA):
        compiled = await answer(COMPILED, operation, Maker(each, odd))

        assert compiled == await answer(INHERITED, operation, Maker(each, odd))


@given(
    operation=operations(INHERITED._schema, NOT_ASKED, deferred=True),
    seed=st.integers(0, 2**32),
    odd=st.sampled_from([0, 4]),
)
async def test_deferred_parts_are_the_librarys(operation: Operation, seed: int, odd: int) -> None:
    for each in range(seed, seed + 5):
        compiled = await answer(COMPILED, operation, Maker(each, odd))

        assert compiled == await answer(INHERITED, operation, Maker(each, odd))
