"""How long a list is taken to be that nobody has read yet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from resolvers.access import EVERYONE_IS_STAFF
from resolvers.invoice_page import invoice_page
from resolvers.model.operation import Operation
from resolvers.rehearsal import rehearsal_of
from tests.lists.bench import bench_of, request
from tests.lists.shelf import WHOLE, Shelf, account_at

ACCOUNT = account_at("portal", "1")
ONE_A_CALL = replace(WHOLE, list_fields=WHOLE.fields - {"customerNumber"}, ids_per_call=1)


@pytest.mark.parametrize(("page_size", "rows"), [(20, 100), (100, 100), (500, 500)])
async def test_it_fills_the_largest_page_that_can_be_asked_for(page_size: int, rows: int) -> None:
    gateway = rehearsal_of(bench_of(Shelf("portal", ONE_A_CALL)).gateway, page_size=page_size)
    operation = Operation(0, 1_000)
    operation.deadline = operation.clock() + 60

    page = await invoice_page(
        gateway.session(EVERYONE_IS_STAFF, operation),
        request(ACCOUNT, first=500, fields=frozenset({"customerNumber"}), count=True),
    )

    assert (page.total_count, len(operation.calls)) == (rows, 1 + rows)
