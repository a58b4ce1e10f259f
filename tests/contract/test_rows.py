"""Rows that come twice, that were miscounted, or that are somebody else's: nothing doubled, lost or passed off."""

from __future__ import annotations

from resolvers.model.errors import SourceProtocolError
from resolvers.model.invoice import Invoice
from resolvers.model.source import InvoiceList
from tests.contract.bench import Bench


def _codes(answer: InvoiceList, *invoices: Invoice) -> set[str]:
    return {note.code for notes in (answer.notes, *(invoice.notes for invoice in invoices)) for note in notes}


async def test_a_row_that_comes_twice_is_one_invoice(bench: Bench) -> None:
    source = bench.source()
    whole = await bench.ask(source)
    bench.arm("duplicate_rows")

    answer = await bench.ask(source)

    assert answer.invoices == whole.invoices
    assert answer.row_count == len(whole.invoices) + 1


async def test_a_wrong_count_costs_no_rows_and_is_told(bench: Bench) -> None:
    source = bench.source()
    whole = await bench.ask(source)
    bench.arm("lying_count")

    try:
        answer = await bench.ask(source)
    except SourceProtocolError:
        return

    assert answer.invoices == whole.invoices
    assert "RECORD_COUNT_MISMATCH" in _codes(answer)


async def test_a_row_of_another_account_is_not_passed_off_as_the_accounts_own(bench: Bench) -> None:
    source = bench.source()
    bench.arm("foreign_row")

    try:
        answer = await bench.ask(source)
    except SourceProtocolError:
        return

    own = set(bench.ledger.ids(bench.ledger.subject))
    foreign = [invoice for invoice in answer.invoices if invoice.source_invoice_id not in own]
    assert "ACCOUNT_MISMATCH" in _codes(answer, *foreign)
    assert all("ACCOUNT_MISMATCH" in {note.code for note in invoice.notes} for invoice in foreign)
