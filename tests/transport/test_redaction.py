"""What a log may quote of an upstream: anything but what our request carried."""

from __future__ import annotations

import pytest

from resolvers.transport.messages import UpstreamRequest
from resolvers.transport.redaction import redacted


def request(**headers: str) -> UpstreamRequest:
    open_ones = {"Accept": "application/json", "content-type": "text/xml; charset=utf-8", "SOAPAction": '"urn:List"'}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return UpstreamRequest(method="GET", path="x", headers=open_ones | named, query={"number": "4711"})


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Authorization": "Bearer s3cret-key"}, "s3cret-key"),
        ({"Authorization": "Basic dXNlcjpwYXNz=="}, "dXNlcjpwYXNz=="),
        ({"Authorization": "Basic d2Vic2hvcDpww6Rzcy13b3Jk"}, "päss-word"),
        ({"Authorization": "basic d2Vic2hvcDpww6Rzcy13b3Jk"}, "webshop:päss-word"),
        ({"X_Customer_Key": "s3cret-key"}, "s3cret-key"),
        ({"X_ss_id": "aBcDeF"}, "aBcDeF"),
        ({"Cookie": "id=s3cret-key; ss-pid=aBcDeF"}, "s3cret-key and aBcDeF"),
        ({"X_Anything": 'token="s3cret-key",other'}, "s3cret-key"),
    ],
)
def test_a_credential_in_whatever_header_is_hidden_whole_or_in_part(headers: dict[str, str], said: str) -> None:
    told = redacted(f"refused {said}!", request(**headers))

    assert told == f"refused {' and '.join(['***'] * len(said.split(' and ')))}!"


@pytest.mark.parametrize("cut", [4, 9, 26])
def test_a_credential_that_was_cut_in_two_at_the_end_is_hidden(cut: int) -> None:
    key = "s3cret-key-of-26-characters"

    assert redacted(f"403: no such key {key[:cut]}", request(X_Customer_Key=key)) == "403: no such key ***"


def test_what_is_no_basic_credential_is_hidden_as_it_stands() -> None:
    assert redacted("refused =nobase64= here", request(Authorization="Basic =nobase64=")) == "refused *** here"


def test_how_a_message_is_to_be_read_stays_readable() -> None:
    detail = "status 200 with content type 'application/json', 0 bytes, urn:List, text/xml"

    assert redacted(detail, request(Authorization="Bearer s3cret-key")) == detail


def test_what_was_asked_for_is_hidden_and_the_detail_one_short_line() -> None:
    assert redacted("no 4711\nat /x?key=1 " + "x" * 400, request())[:20] == "no *** at /x?*** xxx"
    assert len(redacted("y " * 400, request())) == 300
