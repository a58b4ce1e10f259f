"""Whatever goes wrong in whatever order: nothing comes twice, nothing is made up, nothing is lost without a word."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.model.identity import invoice_id
from sandbox.books import SOURCES
from sandbox.faults import MEANING_KINDS, TRANSPORT_KINDS, Fault
from sandbox.server import Sandbox
from tests.faults.account import LIST, Account, told_by
from tests.faults.house import USUAL, House

CUSTOMER = "C-1001"
ONE = invoice_id("shop", "10025", "F2305077")
SHOP = USUAL["shop"]
LATE_OR_LARGE = {"slow", "hang", "trickle", "huge_body", "gzip_bomb"}
NAMELESS = {("association", "foreign_row"), ("shop", "short_page")}
"""What a source gives no means to notice: rows that name no customer, pages of any size."""


def kinds_at(source: str) -> list[str]:
    kinds = TRANSPORT_KINDS - LATE_OR_LARGE | MEANING_KINDS[source]
    return sorted(kind for kind in kinds if (source, kind) not in NAMELESS)


def fault_at(source: str) -> st.SearchStrategy[tuple[str, Fault]]:
    kinds, times, after = st.sampled_from(kinds_at(source)), st.integers(1, 3), st.integers(0, 2)
    return st.tuples(st.just(source), st.builds(Fault, kinds, times=times, after=after))


steps = st.lists(st.lists(st.sampled_from(SOURCES).flatmap(fault_at), max_size=3), min_size=1, max_size=4)


@settings(max_examples=25)
@given(steps=steps)
def test_a_sequence_of_faults_never_doubles_or_makes_up_or_loses_an_invoice(
    running_sandbox: Sandbox, steps: list[list[tuple[str, Fault]]]
) -> None:
    asyncio.run(run(running_sandbox, steps))


async def run(sandbox: Sandbox, steps: list[list[tuple[str, Fault]]]) -> None:
    """One gateway through all the steps, after which it is whole again."""
    house = House(sandbox, CUSTOMER, SHOP)
    try:
        for faults in [*steps, []]:
            house.heal()
            before = told_by(sandbox.books, CUSTOMER, SHOP)
            sandbox.board.faults.update(faults)

            body = await house.ask(LIST, customer=CUSTOMER, one=ONE)

            told = Account(body, before, told_by(sandbox.books, CUSTOMER, SHOP))
            assert (told.doubled(), told.made_up(), told.silent()) == ([], [], [])
        assert [source for source in SOURCES if not told.is_whole(source)] == []
    finally:
        await house.aclose()
        sandbox.board.reset()
        sandbox.books.restore()
