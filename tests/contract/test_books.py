"""What is in the books arrives: all of it, nothing else, and to the last digit."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec.structs import replace

from resolvers.model.always import ALWAYS
from resolvers.model.identity import InvoiceRef, parse_invoice_id
from resolvers.model.invoice import Invoice
from resolvers.model.money import Money
from resolvers.model.source import InvoiceList, InvoiceSource
from resolvers.transport.cache import AnswerCache
from sandbox import books
from tests.contract.bench import Bench
from tests.contract.filled import filled_paths
from tests.contract.ledger import NAME, Ledger

RICHEST = 5


async def _told(bench: Bench, source: InvoiceSource) -> list[Invoice]:
    """All invoices of the richest accounts and of those with awkward ones."""
    subjects = [*bench.ledger.richest(RICHEST), *map(bench.ledger.subject_of, bench.adapter.awkward)]
    return [invoice for subject in subjects for page in await bench.read(source, subject) for invoice in page.invoices]


def _text(answer: InvoiceList) -> bytes:
    """The answer as JSON, in which equal moments of different zones differ."""
    return msgspec.json.encode(answer, enc_hook=list)


def _expected(ledger: Ledger, invoice: books.Invoice) -> dict[str, object]:
    """What the books say, of what the source can say."""
    said = {
        "number": invoice.number,
        "issueDate": invoice.issued,
        "dueDate": invoice.due,
        "currencyCode": invoice.currency,
        "total": invoice.gross,
        "amountPaid": invoice.paid,
        "amountDue": invoice.balance,
    }
    return {path: value for path, value in said.items() if path in ledger.capabilities.fields}


def _read(ledger: Ledger, invoice: Invoice) -> dict[str, object]:
    said = {
        "number": invoice.number,
        "issueDate": invoice.issue_date,
        "dueDate": invoice.due_date,
        "currencyCode": invoice.currency_code,
        "total": _amount(invoice.total, invoice),
        "amountPaid": _amount(invoice.amount_paid, invoice),
        "amountDue": _amount(invoice.amount_due, invoice),
    }
    return {path: value for path, value in said.items() if path in ledger.capabilities.fields}


def _amount(of: Money | None, invoice: Invoice) -> Decimal | None:
    assert of is None or of.currency_code == invoice.currency_code
    return None if of is None else of.amount


async def test_the_invoices_of_the_books_arrive_complete_and_exact(bench: Bench) -> None:
    source, ledger = bench.source(), bench.ledger

    for subject in ledger.richest(RICHEST):
        pages = await bench.read(source, subject)

        told = [invoice for page in pages for invoice in page.invoices]
        written = {bench.adapter.identify(invoice): _expected(ledger, invoice) for invoice in subject.invoices}
        assert {invoice.source_invoice_id: _read(ledger, invoice) for invoice in told} == written
        assert len(told) == len(written) >= 15
        assert [note for page in pages for note in page.notes] == []


async def test_an_account_without_invoices_is_an_empty_list(bench: Bench) -> None:
    poor = [subject for subject in bench.ledger.subjects() if not subject.invoices][:12]

    source = bench.source()
    lists = [page for subject in poor for page in await bench.read(source, subject)]

    assert len(lists) >= 1
    assert [(page.invoices, page.notes) for page in lists] == [([], [])] * len(lists)


async def test_awkward_numbers_and_amounts_arrive_digit_by_digit(bench: Bench) -> None:
    source = bench.source()

    for key, totals in bench.adapter.awkward.items():
        pages = await bench.read(source, bench.ledger.subject_of(key))

        told = {invoice.number: invoice.total for page in pages for invoice in page.invoices}
        assert {number: str(total and total.amount) for number, total in told.items() if number in totals} == totals


async def test_every_invoice_names_its_account_and_its_source(bench: Bench) -> None:
    source, subject = bench.source(), bench.ledger.subject

    answer = await bench.ask(source)

    account = subject.account
    for invoice in answer.invoices:
        assert (invoice.source, invoice.account_key, invoice.account_id) == (NAME, account.key, account.id)
        assert parse_invoice_id(invoice.id) == InvoiceRef(NAME, account.key, invoice.source_invoice_id)
        assert invoice.provenance.source == NAME
        assert invoice.provenance.fetched_at == answer.fetched_at
    assert answer.invoices


async def test_what_a_cache_gives_back_is_written_as_what_came(bench: Bench) -> None:
    source, cache = bench.source(), AnswerCache()
    pages = [page for subject in bench.ledger.richest(RICHEST) for page in await bench.read(source, subject)]
    answers = [replace(page, invoices=page.invoices[:100]) for page in pages]  # which are not too many to be kept

    for number, answer in enumerate(answers):
        await cache.put(str(number), answer)
    kept = [await cache.get(str(number)) for number in range(len(answers))]

    assert [one and _text(one.answer) for one in kept] == [*map(_text, answers)]
    assert len(answers) >= RICHEST


async def test_what_the_capabilities_list_is_filled_by_some_invoice(bench: Bench) -> None:
    source = bench.source()

    told = await _told(bench, source)

    promised = source.capabilities.list_fields or source.capabilities.fields
    assert promised - ALWAYS - filled_paths(told) == bench.adapter.never_in_books


async def test_what_the_capabilities_leave_out_is_never_filled(bench: Bench) -> None:
    source = bench.source()

    told = await _told(bench, source)

    assert filled_paths(told, nullable_only=True) - source.capabilities.fields == set()
