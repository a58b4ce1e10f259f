"""The benchmark's upstream says what the vendors document: our connectors read all of it and note nothing odd."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from benchmarks import bodies
from benchmarks.upstream import association_key
from resolvers.model.customer import Account
from resolvers.sources.netforum.keys import is_key
from resolvers.sources.netforum.soap import result_of
from resolvers.sources.netforum.wire import parse_open_invoices
from resolvers.sources.open2b.mapping import to_invoice
from resolvers.sources.open2b.projection import FIELDS, members_to_read
from resolvers.sources.open2b.reply import ReplyContext
from resolvers.sources.open2b.wire import parse_invoices
from resolvers.transport.xml import parse_xml

MEMBERS = ("id", "number", "issueDate", "status", "items", "taxedTotal")


def test_the_web_stores_invoices_are_read_without_a_note_beside_the_configured_currency() -> None:
    reply = ReplyContext(
        source="webstore",
        account=Account(id="a", source="webstore", key="k", customer_id="c"),
        currency="EUR",
        zone=ZoneInfo("Europe/Rome"),
        wanted=frozenset({"lines", "lines.name", "lines.total", "total"}),
        fetched_at=datetime(2026, 7, 1, tzinfo=UTC),
    )

    read = parse_invoices("webstore", bodies.open2b_reply(3, 20, 5, MEMBERS), members_to_read(FIELDS))

    invoices = [to_invoice(record, "1", reply) for record in read.records]
    assert read.count == len(invoices) == 20
    assert {note.code for invoice in invoices for note in invoice.notes} == {"CURRENCY_ASSUMED"}
    dates = [invoice.issue_date for invoice in invoices if invoice.issue_date is not None]
    assert dates == sorted(dates, reverse=True)
    assert [len(invoice.lines or []) for invoice in invoices] == [5] * 20


def test_the_associations_list_holds_as_many_rows_as_it_says() -> None:
    envelope = parse_xml("dues", bodies.xweb_open_list(3, 20))

    listed = parse_open_invoices("dues", result_of("dues", envelope[1][0], bodies.OPEN_LIST))

    assert listed.stated_count == str(len(listed.rows)) == "20"
    assert len({row.inv_key for row in listed.rows}) == 20


def test_a_customers_key_at_the_association_is_one() -> None:
    assert is_key(association_key("W4-00017"))


def test_two_variants_of_a_body_are_not_the_same() -> None:
    assert bodies.open2b_reply(1, 5, 2, MEMBERS) != bodies.open2b_reply(2, 5, 2, MEMBERS)
