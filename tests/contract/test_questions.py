"""What is asked that has no answer: strangers, ids of nobody or of somebody else, and what a source cannot be asked."""

from __future__ import annotations

import pytest

from resolvers.model.errors import SourceError, SourceRejected
from resolvers.model.source import FindQuery, ListQuery
from tests.contract.bench import Bench, find, one_answer, operation_of
from tests.contract.ledger import Subject, account


async def test_an_unknown_account_is_told_as_documented_and_never_with_invoices_of_others(bench: Bench) -> None:
    stranger, ledger = bench.adapter.stranger, bench.ledger
    nobody = Subject(account(stranger.key, stranger.secret), ())
    ids = ledger.ids(ledger.subject)

    code, invoices = None, list[object]()
    try:
        invoices += (await one_answer(bench.source(), nobody, ids, operation_of())).invoices
    except SourceError as error:
        code = error.code

    assert (code, invoices) == (stranger.code, [])


async def test_unknown_ids_are_absent(bench: Bench) -> None:
    source, subject = bench.source(), bench.ledger.subject
    known = bench.ledger.ids(subject)[0]

    answers = [await find(source, subject, (id_,), operation_of()) for id_ in (known, *bench.adapter.unknown_ids)]

    told = [[invoice.source_invoice_id for invoice in answer.invoices] for answer in answers]
    assert told == [[known], *([] for _ in bench.adapter.unknown_ids)]


async def test_ids_of_another_account_are_absent(bench: Bench) -> None:
    mine, other = bench.ledger.richest(2)

    answer = await find(bench.source(), mine, bench.ledger.ids(other)[:1], operation_of())

    assert answer.invoices == []


async def test_what_a_source_cannot_be_asked_is_rejected_without_a_call(bench: Bench) -> None:
    source, of = bench.source(), bench.ledger.subject.account
    able = source.capabilities
    if able.lists_by_account:
        asking = source.find_invoices(FindQuery(account=of, fields=able.fields, ids=("1",)), operation_of())
    else:
        asking = source.list_invoices(ListQuery(account=of, fields=able.fields), operation_of())

    with pytest.raises(SourceRejected):
        await asking

    assert bench.calls == []
