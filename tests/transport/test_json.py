"""JSON from strangers."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from resolvers.model.errors import SourceProtocolError
from resolvers.transport.json import decode_json, whole_characters


class Row(msgspec.Struct):
    """A record."""

    total: Decimal


ROWS = msgspec.json.Decoder(list[Row])
ANYTHING = msgspec.json.Decoder()


def test_numbers_keep_their_digits() -> None:
    assert decode_json("shop", b'\xef\xbb\xbf[{"total": 600.0000000, "more": 1}]', ROWS) == [
        Row(Decimal("600.0000000"))
    ]


@pytest.mark.parametrize("content", [b"", b"[", b"<html/>", b'[{"total": "x"}]', b"[{}]", b'{"total": 1}', b'["\xff"]'])
def test_anything_else_is_a_protocol_error(content: bytes) -> None:
    with pytest.raises(SourceProtocolError):
        decode_json("shop", content, ROWS)


@pytest.mark.parametrize("content", [b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000, b'"\xff"'])
def test_depth_without_end_is_a_protocol_error(content: bytes) -> None:
    with pytest.raises(SourceProtocolError):
        decode_json("shop", content, ANYTHING)


def test_more_objects_than_anybody_has_are_refused_before_one_is_made() -> None:
    rows = b"[" + b"{}," * 499_999 + b"{}%s]"

    assert len(decode_json("shop", rows % b"", ANYTHING)) == 500_000
    with pytest.raises(SourceProtocolError, match="could not be read"):
        decode_json("shop", rows % b",{}", ANYTHING)


def test_more_lists_than_anybody_has_are_refused_before_one_is_made() -> None:
    rows = b"[" + b"[]," * 499_998 + b"[]%s]"

    assert len(decode_json("shop", rows % b"", ANYTHING)) == 499_999
    with pytest.raises(SourceProtocolError, match="could not be read"):
        decode_json("shop", rows % b",[]", ANYTHING)


def test_an_answer_that_may_be_larger_may_have_more_objects() -> None:
    row = b'{"id":1234567,"number":"INV-001"}'

    assert len(decode_json("shop", b"[" + b",".join([row] * 600_000) + b"]", ANYTHING)) == 600_000


def test_among_more_escapes_than_anybody_has_no_halves_of_characters_are_looked_for() -> None:
    half = b'"%s\\ud800"'

    assert whole_characters(half % (b"\\\\" * 1_000)) != half % (b"\\\\" * 1_000)
    assert whole_characters(half % (b"\\\\" * 500_000)) == half % (b"\\\\" * 500_000)
