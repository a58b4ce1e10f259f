"""Documents that would keep a reader busy for hours are refused, by every reader and at once."""

from __future__ import annotations

import pytest

from resolvers.model.errors import SourceProtocolError
from resolvers.sources.seansworld.wire import parse_invoice
from resolvers.transport.xml import parse_xml
from sandbox import poison

BODY = b'{"total":12.34,"number":"0070145","word":"berg"}'


@pytest.mark.parametrize(
    "content",
    [
        b"<invoice-info>" + b"<![CDATA[" * 100_000,
        b"<invoice-info>" + b"<a>" * 1_000_000,
        b"<invoice-info>" + b"<!--" * 100_000,
        b"<invoice-info>" + b"&" * 100_000,
    ],
)
def test_a_sloppy_document_without_end_is_refused(content: bytes) -> None:
    with pytest.raises(SourceProtocolError):
        parse_invoice("orders", content)


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
