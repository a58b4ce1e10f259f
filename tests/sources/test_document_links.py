"""Where a document is, looked for in the source's list."""

from __future__ import annotations

import pytest

from resolvers.model.operation import Operation
from resolvers.model.source import InvoiceList, ListQuery
from resolvers.sources.document_links import VendorLinks
from tests.lists.shelf import NOON, NUMBERED, Shelf, account_at, invoice_of

ACCOUNT = account_at("shop", "1")


@pytest.mark.parametrize("tells", ["pages", "next", ""])
async def test_a_link_is_found_on_a_later_page_however_the_source_tells_of_its_end(tells: str) -> None:
    links = VendorLinks[str](lambda: NOON)
    shelf = Shelf("shop", NUMBERED, page_size=2, tells=tells)
    shelf.books["1"] = [invoice_of(ACCOUNT, str(number)) for number in range(5)]

    def keep(query: ListQuery, answer: InvoiceList) -> InvoiceList:
        links.keep(query.account, {row.source_invoice_id: f"/{row.source_invoice_id}.pdf" for row in answer.invoices})
        return answer

    shelf.edit = keep
    operation = Operation(60, clock=lambda: 0)

    assert await links.find(shelf, ACCOUNT, "4", operation) == "/4.pdf"
    assert await links.find(shelf, ACCOUNT, "9", operation) is None
