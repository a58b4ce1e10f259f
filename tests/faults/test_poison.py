"""Documents that would keep a reader busy for hours are refused, by every reader and at once."""

from __future__ import annotations

import pytest

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.seansworld.wire import parse_invoice
from resolvers.sources.shoxl.wire import parse_document, parse_history
from resolvers.transport.xml import parse_xml
from sandbox import poison
from tests.conftest import ROOT

SAMPLES = ROOT / "tests" / "sources" / "samples"
BODY = b'{"total":12.34,"number":"0070145","word":"berg"}'


@pytest.mark.parametrize(
    "content",
    [
        b"<invoice-info>" + b"<![CDATA[" * 100_000,
        b"<invoice-info>" + b"<a>" * 1_000_000,
        b"<invoice-info>" + b"<!--" * 100_000,
        b"<invoice-info>" + b"&" * 100_000,
        b"<invoice-info>" + b"<b/>" * 50_000,
    ],
)
def test_a_sloppy_document_without_end_is_refused(content: bytes) -> None:
    with pytest.raises(SourceProtocolError):
        parse_invoice("orders", content)


def test_an_invoice_of_two_thousand_lines_is_read() -> None:
    sample = (SAMPLES / "seansworld_invoice.xml").read_bytes()
    last = sample[sample.index(b"<line>3") : sample.index(b"</items>")]
    lines = b"".join(last.replace(b"<line>3", b"<line>%d" % number) for number in range(3, 2_001))

    invoice = parse_invoice("orders", sample.replace(last, lines))

    assert invoice is not None
    assert len(invoice.lines or []) == 2_000


MANY = b",".join(b'"m%d":0' % number for number in range(5_000))


@pytest.mark.parametrize("beside", [b"", b'"braces":"%b",' % (b"{" * 100)])
@pytest.mark.parametrize(
    "content", [b'{"orders":[],%b%b}', b'{"orders":[{%b%b}]}', b'{"request":{"accountNumber":"1"},%b"orders":[],%b}']
)
def test_an_object_of_thousands_of_members_is_refused(content: bytes, beside: bytes) -> None:
    with pytest.raises(SourceProtocolError):
        parse_history("shop", content % (beside, MANY))
    with pytest.raises(SourceProtocolError):
        parse_document("shop", content.replace(b"orders", b"invoicePdf") % (beside, MANY))


def test_a_text_that_looks_like_thousands_of_members_is_a_text() -> None:
    text = b'\\":'.join([b"{"] * 900)

    history = parse_history("shop", b'{"orders":[],"errorDescription":"%b"}' % text)

    assert history.error_description == text.decode().replace("\\", "")


def test_a_billion_laughs_are_refused_before_the_first() -> None:
    with pytest.raises(SourceProtocolError):
        parse_xml("shop", poison.with_entities(b"<a/>"))


def test_what_the_sandbox_sends_is_what_it_says() -> None:
    assert poison.nested(BODY).startswith(b"[[[")
    assert poison.nested(b"<a/>").startswith(b"<a><a>")
    assert poison.endless_numbers(BODY) == BODY.replace(b"12.34", b"1e999999999")
    assert b"9" * 100_000 in poison.endless_numbers(b"<total>12.34</total>")
    with pytest.raises(UnicodeDecodeError):
        poison.no_text(BODY).decode()
